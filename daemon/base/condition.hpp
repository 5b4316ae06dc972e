// A condition variable for coroutines on one strand: wait until another task notifies.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace lmbridge::base {

/// One waiter at a time, I/O thread only. A wake-up says "look again", never "it is so": callers
/// loop over their own predicate, so a notification that crosses a cancellation loses nothing.
class Condition {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Condition(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  /// Resumes after notify(); throws operation_aborted on the task's next await when the task was
  /// cancelled.
  boost::asio::awaitable<void> wait() { return wait_until(TimePoint::max()); }

  /// The same, but resumes at `deadline` at the latest.
  boost::asio::awaitable<void> wait_until(TimePoint deadline);

  void notify() { timer_.cancel(); }

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace lmbridge::base
