// An X server without a screen, for a browser with windows on a machine without a display.
#pragma once

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "cdp/process.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lmbridge::cdp {

/// Whether this process has a display already, of X or of Wayland.
bool has_display();

/// I/O thread only. close() must have been awaited before the object goes.
class VirtualDisplay {
 public:
  /// Starts Xvfb and waits until it takes clients. Who may be one is told by a file with a fresh
  /// secret, which is written into `directory`. Errors: browser_not_found, which names the Debian
  /// package; browser_start_failed with what it said last.
  static boost::asio::awaitable<Result<std::unique_ptr<VirtualDisplay>>> start(
      boost::asio::any_io_executor executor, std::filesystem::path directory,
      std::chrono::steady_clock::duration timeout, base::Log& log);

  VirtualDisplay(const boost::asio::any_io_executor& executor, Process::Started started,
                 std::filesystem::path authority, base::Log& log);

  /// e.g. ":99".
  [[nodiscard]] const std::string& name() const { return name_; }
  /// What a program needs to find it, "NAME=value" each.
  [[nodiscard]] std::vector<std::string> variables() const;

  /// Returns when the process has been reaped, even when the calling task is cancelled.
  boost::asio::awaitable<void> close();

 private:
  boost::asio::awaitable<Result<void>> wait_until_it_listens(
      std::chrono::steady_clock::duration timeout);
  boost::asio::awaitable<void> read_name();
  boost::asio::awaitable<void> end();

  std::unique_ptr<Process> process_;
  Process::Pipe pipe_;
  std::filesystem::path authority_;
  base::TaskGroup tasks_;
  base::Condition changed_;
  std::string name_;
  bool is_silent_ = false;
};

}  // namespace lmbridge::cdp
