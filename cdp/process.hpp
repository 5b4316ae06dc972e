// A child process with a DevTools pipe on its fds 3 and 4 and its stderr kept.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"
#include "cdp/exit_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::cdp {

/// I/O thread only. The owner runs watch() and read_stderr() in a TaskGroup. The child leads a
/// process group of its own, so that a Ctrl-C at the terminal is the daemon's to handle, and it
/// ends when its pipe closes, so that it is never an orphan however the daemon dies; a program that
/// does not must be started by one that sees to it.
class Process {
 public:
  using Pipe = boost::asio::local::stream_protocol::socket;
  struct Started;

  /// Starts `command_line` (program first) in the daemon's environment with `variables`
  /// ("NAME=value") in it. Errors: browser_start_failed.
  static Result<Started> start(const boost::asio::any_io_executor& executor,
                               const std::vector<std::string>& command_line,
                               const std::vector<std::string>& variables = {});

  Process(const boost::asio::any_io_executor& executor, pid_t pid, ExitWatch exit, int stderr_fd);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Kills the whole group when it is still there.
  ~Process();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Waits for the child's end and reaps it.
  boost::asio::awaitable<void> watch();

  /// Collects what the child says until it closes its stderr.
  boost::asio::awaitable<void> read_stderr();

  /// True once the child has ended, at `deadline` at the latest. One waiter at a time.
  boost::asio::awaitable<bool> wait_ended(std::chrono::steady_clock::time_point deadline);

  /// SIGTERM to the whole group.
  void terminate_group() const;
  /// SIGKILL to the whole group.
  void kill_group() const;

  /// "it exited with status 1", "signal 9 (Killed)"; empty while it runs.
  [[nodiscard]] const std::string& ending() const { return ending_; }

  /// The last few KB of its stderr.
  [[nodiscard]] const std::string& stderr_tail() const { return stderr_tail_; }

 private:
  void reap();

  pid_t pid_;
  ExitWatch exit_;
  boost::asio::posix::stream_descriptor stderr_;
  base::Condition changed_;
  bool stderr_closed_ = false;
  std::string ending_;
  std::string stderr_tail_;
};

struct Process::Started {
  std::unique_ptr<Process> process;
  Pipe pipe;
};

}  // namespace lmbridge::cdp
