// POST /drain and POST /resume: whether new requests are taken.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// New requests are refused (503 draining) until resume; those that have come are answered.
boost::asio::awaitable<Result<Reply>> drain(const http::Request& request, const Context& context);

boost::asio::awaitable<Result<Reply>> resume(const http::Request& request, const Context& context);

}  // namespace lmbridge::control
