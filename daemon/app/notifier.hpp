// Tells the service manager how we are (sd_notify(3)); silent where there is none. What it is told
// and when, ServiceStatus knows.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace lmbridge::app {

class Notifier {
 public:
  /// Start-up is complete, or a reload: requests are accepted.
  static void ready();
  /// The configuration is read again; ready() follows.
  static void reloading();
  static void stopping();
  /// The one line that `systemctl status` shows.
  static void status(std::string_view text);
  /// Start or stop may take so long from now, whatever the unit says.
  static void extend_timeout(std::chrono::microseconds time);

  /// How long the manager waits for a sign of life; nullopt when it does not watch.
  static std::optional<std::chrono::microseconds> watchdog_interval();

  /// Gives signs of life twice an interval from the loop that serves, so that a blocked loop is
  /// found out. Ends at once when nobody watches.
  static boost::asio::awaitable<void> keep_watchdog(boost::asio::any_io_executor executor);
};

}  // namespace lmbridge::app
