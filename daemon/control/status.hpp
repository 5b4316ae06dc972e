// GET /status: who, what, healthy or not, and what to do.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Cheap enough to be asked all the time: nothing in it is measured for it.
boost::asio::awaitable<Result<Reply>> show_status(const http::Request& request,
                                                  const Context& context);

}  // namespace lmbridge::control
