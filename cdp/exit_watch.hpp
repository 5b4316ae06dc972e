// Waits for the end of any process, a child or not.
#pragma once

#include "base/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/types.h>

namespace lmbridge::cdp {

/// I/O thread only. Holds a descriptor of the process, so that a later process with the same number
/// is never taken for it. Whoever found the number in a list looks again after open(): the process
/// may have ended in between, and its number may have been given away.
class ExitWatch {
 public:
  /// browser_gone when there is no such process, `internal` when it can't be watched.
  static Result<ExitWatch> open(const boost::asio::any_io_executor& executor, pid_t pid);

  /// Returns when the process has ended, at once if it has already; a child still has to be reaped.
  boost::asio::awaitable<void> wait();

 private:
  ExitWatch(const boost::asio::any_io_executor& executor, int pid_fd);

  boost::asio::posix::stream_descriptor pid_fd_;
};

}  // namespace lmbridge::cdp
