// GET, POST and DELETE /keys: the API keys of config.jsonc.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Names, and what they are good for.
boost::asio::awaitable<Result<Reply>> list_keys(const http::Request& request,
                                                const Context& context);

/// Makes a key, of which only the hash is kept. Errors: invalid_request, invalid_configuration.
boost::asio::awaitable<Result<Reply>> add_key(const http::Request& request, const Context& context);

/// Errors: not_found, invalid_configuration.
boost::asio::awaitable<Result<Reply>> remove_key(const http::Request& request,
                                                 const Context& context);

}  // namespace lmbridge::control
