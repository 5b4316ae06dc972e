// A condition variable for coroutines on one strand: wait until another task notifies.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace lmbridge::base {

/// One waiter at a time, I/O thread only. A wake-up says "look again", never "it is so": callers
/// loop over their own predicate, so a notification that crosses a cancellation loses nothing. A
/// notification that nobody waits for ends the next wait at once.
///
/// Every piece of every answer passes through one of these, so the waiter is kept here and not, as
/// is usual with Asio, in a timer that each notification cancels.
class Condition {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Condition(const boost::asio::any_io_executor& executor);
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;
  ~Condition();

  /// Resumes after notify(), and when the task is cancelled, whose next await then throws
  /// operation_aborted.
  boost::asio::awaitable<void> wait() { return wait_until(TimePoint::max()); }

  /// The same, but resumes at `deadline` at the latest.
  boost::asio::awaitable<void> wait_until(TimePoint deadline);

  void notify();

 private:
  using Waiter = std::move_only_function<void()>;

  void wake();
  void arm(TimePoint deadline);

  boost::asio::any_io_executor executor_;
  Waiter waiter_;
  bool notified_ = false;
  TimePoint deadline_ = TimePoint::max();
  /// Made for the first wait that has a deadline. Late wake-ups are cheaper than moving it with
  /// every wait: it is only set again when it is too late or has gone off.
  struct Timer;
  std::shared_ptr<Timer> timer_;
};

}  // namespace lmbridge::base
