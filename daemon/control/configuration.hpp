// GET and PUT /config..., POST /config/check, POST /reload.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Every key with its value, secrets hidden.
boost::asio::awaitable<Result<Reply>> show_configuration(const http::Request& request,
                                                         const Context& context);

/// Where the three files lie.
boost::asio::awaitable<Result<Reply>> show_paths(const http::Request& request,
                                                 const Context& context);

/// Every problem of the files as they are now; changes nothing.
boost::asio::awaitable<Result<Reply>> check_configuration(const http::Request& request,
                                                          const Context& context);

/// Errors: not_found.
boost::asio::awaitable<Result<Reply>> show_value(const http::Request& request,
                                                 const Context& context);

/// Writes the value in the body into config.jsonc and takes it up. Errors: invalid_request, and
/// invalid_configuration for a value that is refused; then nothing has changed.
boost::asio::awaitable<Result<Reply>> set_value(const http::Request& request,
                                                const Context& context);

/// Takes up the files as they are now. Errors: invalid_configuration; then nothing has changed.
boost::asio::awaitable<Result<Reply>> reload(const http::Request& request, const Context& context);

}  // namespace lmbridge::control
