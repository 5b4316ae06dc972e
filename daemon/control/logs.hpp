// GET /logs: the last lines of the daemon's log, and those that come.
#pragma once

#include "control/context.hpp"
#include "control/event_stream.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// ?lines=N (200), ?level=NAME (everything from there up), ?follow=1 (until the caller leaves).
/// Events: "line" {"time","level","text"}, then "end".
boost::asio::awaitable<Result<void>> show_logs(const http::Request& request, const Context& context,
                                               EventStream& events);

}  // namespace lmbridge::control
