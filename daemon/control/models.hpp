// GET, POST and DELETE /models: the models of models.json.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// With whether they can be asked.
boost::asio::awaitable<Result<Reply>> list_models(const http::Request& request,
                                                  const Context& context);

/// Errors: invalid_request, invalid_configuration.
boost::asio::awaitable<Result<Reply>> add_model(const http::Request& request,
                                                const Context& context);

/// Errors: not_found, invalid_configuration.
boost::asio::awaitable<Result<Reply>> remove_model(const http::Request& request,
                                                   const Context& context);

}  // namespace lmbridge::control
