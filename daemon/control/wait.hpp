// GET /wait?for=ready&timeout=SECONDS.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Answers as soon as requests are taken. Errors: timed_out, shutting_down, invalid_request.
boost::asio::awaitable<Result<Reply>> wait_for_state(const http::Request& request,
                                                     const Context& context);

}  // namespace lmbridge::control
