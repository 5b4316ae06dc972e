// Notices when the browser's network service ends: fetches fail then, and session cookies are gone.
#pragma once

#include "base/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <sys/types.h>

#include <functional>

namespace lmbridge::bridge {

/// Watches the network services of the browser whose process is `browser`, one after the other,
/// until cancelled; `on_end` hears at once of the end of each and is awaited. I/O thread only.
boost::asio::awaitable<void> watch_network_service(
    boost::asio::any_io_executor executor, pid_t browser,
    std::function<boost::asio::awaitable<void>()> on_end, base::Log& log);

}  // namespace lmbridge::bridge
