// Notices when the browser's network service ends: fetches fail then, and session cookies are gone.
#pragma once

#include "base/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <sys/types.h>

#include <functional>

namespace lmbridge::bridge {

/// What is done when a network service ends.
struct NetworkRecovery {
  /// At once.
  std::function<void()> on_end;
  /// When the next one is there, as a rule some 20 ms later. When that ends meanwhile both are
  /// called again.
  std::function<boost::asio::awaitable<void>()> on_next;
};

/// Watches the network services of the browser whose process is `browser`, one after the other,
/// until cancelled. I/O thread only.
boost::asio::awaitable<void> watch_network_service(boost::asio::any_io_executor executor,
                                                   pid_t browser, NetworkRecovery recovery,
                                                   base::Log& log);

}  // namespace lmbridge::bridge
