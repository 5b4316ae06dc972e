// A running Chromium: its DevTools connection, its process where that is ours, and the tasks that
// serve both.
#pragma once

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "cdp/connection.hpp"
#include "cdp/executable.hpp"
#include "cdp/process.hpp"
#include "cdp/virtual_display.hpp"

#include <memory>
#include <optional>
#include <string>

namespace lmbridge::cdp {

/// I/O thread only. close() must have been awaited before the object goes.
class Browser {
 public:
  /// Starts the browser, or attaches to one that runs, as the mode has it, and waits until it
  /// answers. Errors of a start: browser_not_found, browser_start_failed with the end of its
  /// stderr, profile_in_use when another browser has the profile; of the other: browser_gone.
  static boost::asio::awaitable<Result<std::unique_ptr<Browser>>> open(
      boost::asio::any_io_executor executor, BrowserOptions options, Duration start_timeout,
      base::Log& log);

  /// What a browser that was started here consists of; of another one there is but its connection.
  struct Parts {
    std::unique_ptr<Transport> transport;
    std::unique_ptr<Process> process = nullptr;
    std::unique_ptr<VirtualDisplay> display = nullptr;
  };
  Browser(const boost::asio::any_io_executor& executor, Parts parts, base::Log& log);

  Connection& connection() { return connection_; }
  /// Nothing for a browser that somebody else has started.
  [[nodiscard]] std::optional<pid_t> pid() const;
  /// Whether it was started here, and ends with us.
  [[nodiscard]] bool is_ours() const { return process_ != nullptr; }
  /// Of its windows, e.g. ":99"; empty when it was not given one of our making.
  [[nodiscard]] std::string display() const { return display_ ? display_->name() : ""; }
  /// e.g. "HeadlessChrome/156.0.8078.79".
  [[nodiscard]] const std::string& product() const { return product_; }

  /// Waits until the browser is gone, for whatever reason, and says which. One waiter at a time.
  boost::asio::awaitable<Error> wait_gone();

  /// Asks the browser to close, so that cookies reach the disk; one that is somebody else's is only
  /// left. wait_gone() tells when it is gone.
  void ask_to_close();

  /// For one that does not answer any more: it is killed, or left.
  void kill();

  /// ask_to_close(); after `grace` closes the pipe, then kills. Returns when the process has been
  /// reaped and every task has ended, even when the calling task is cancelled.
  boost::asio::awaitable<void> close(Duration grace);

 private:
  static boost::asio::awaitable<Result<std::unique_ptr<Browser>>> launch(
      boost::asio::any_io_executor executor, BrowserOptions options, Duration start_timeout,
      base::Log& log);
  static boost::asio::awaitable<Result<std::unique_ptr<Browser>>> attach(
      boost::asio::any_io_executor executor, BrowserOptions options, Duration start_timeout,
      base::Log& log);
  boost::asio::awaitable<Result<void>> greet(Duration timeout);
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<std::string> last_message(std::string connection_error);
  boost::asio::awaitable<void> close_in_order(Duration grace);
  boost::asio::awaitable<void> wait_gone_until(std::chrono::steady_clock::time_point deadline);

  base::Log& log_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<VirtualDisplay> display_;
  Connection connection_;
  base::TaskGroup tasks_;
  base::Condition gone_changed_;
  std::optional<Error> gone_;
  std::string product_;
};

}  // namespace lmbridge::cdp
