// A running Chromium: the process, its DevTools connection and the tasks that serve both.
#pragma once

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "cdp/connection.hpp"
#include "cdp/executable.hpp"
#include "cdp/process.hpp"

#include <memory>
#include <optional>
#include <string>

namespace lmbridge::cdp {

/// I/O thread only. close() must have been awaited before the object goes.
class Browser {
 public:
  /// Starts the browser and waits until it answers. Errors: browser_not_found,
  /// browser_start_failed with the end of its stderr, profile_in_use when another browser has the
  /// profile.
  static boost::asio::awaitable<Result<std::unique_ptr<Browser>>> launch(
      boost::asio::any_io_executor executor, BrowserOptions options, Duration start_timeout,
      base::Log& log);

  /// For launch() and for tests that bring a process and a transport of their own.
  Browser(const boost::asio::any_io_executor& executor, std::unique_ptr<Process> process,
          std::unique_ptr<Transport> transport, base::Log& log);

  Connection& connection() { return connection_; }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  /// e.g. "HeadlessChrome/156.0.8078.79".
  [[nodiscard]] const std::string& product() const { return product_; }

  /// Waits until the browser is gone, for whatever reason, and says which. One waiter at a time.
  boost::asio::awaitable<Error> wait_gone();

  /// For one that does not answer any more; wait_gone() tells when it is gone.
  void kill() { process_->kill_group(); }

  /// Asks the browser to close, so that cookies reach the disk; after `grace` closes the pipe, then
  /// kills. Returns when the process has been reaped and every task has ended, even when the
  /// calling task is cancelled.
  boost::asio::awaitable<void> close(Duration grace);

 private:
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<void> close_in_order(Duration grace);
  boost::asio::awaitable<void> wait_gone_until(std::chrono::steady_clock::time_point deadline);

  base::Log& log_;
  std::unique_ptr<Process> process_;
  Connection connection_;
  base::TaskGroup tasks_;
  base::Condition gone_changed_;
  std::optional<Error> gone_;
  std::string product_;
};

}  // namespace lmbridge::cdp
