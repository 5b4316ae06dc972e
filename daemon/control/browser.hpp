// POST /browser/restart.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Answers when a fresh browser runs. Errors: browser_gone, shutting_down, timed_out.
boost::asio::awaitable<Result<Reply>> restart_browser(const http::Request& request,
                                                      const Context& context);

}  // namespace lmbridge::control
