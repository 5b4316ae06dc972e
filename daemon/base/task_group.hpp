// Structured concurrency: every coroutine that runs beside its creator belongs to a TaskGroup,
// whose owner cancels it and waits for it. Nothing in lmbridge is spawned detached.
#pragma once

#include "base/condition.hpp"
#include "base/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <list>
#include <string>

namespace lmbridge::base {

/// I/O thread only. An exception that leaves a task ends at the group's root handler: a
/// cancellation is silent, anything else is a bug and is logged as an error with the task's name.
class TaskGroup {
 public:
  TaskGroup(const boost::asio::any_io_executor& executor, Log& log);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  /// The group must be empty: join() or stop() came before.
  ~TaskGroup();

  /// Starts `task()`; its coroutine may use whatever outlives this group. Nothing starts, and false
  /// comes back, once the group is closed.
  bool spawn(std::string name, std::function<boost::asio::awaitable<void>()> task);

  /// Phase one of a shutdown: running tasks go on, new ones are refused.
  void close() { closed_ = true; }

  /// Phase two: every task is asked to end at its next await.
  void cancel();

  /// Waits until no task is left. Call it from a task that is not in this group.
  boost::asio::awaitable<void> join();

  /// Both phases: refuses new tasks, gives the running ones `drain` to end, cancels the rest,
  /// waits.
  boost::asio::awaitable<void> stop(std::chrono::steady_clock::duration drain);

  /// Runs `body`, then cancels and joins the group whether the body returned, threw or was
  /// cancelled. What the body threw is thrown again afterwards.
  boost::asio::awaitable<void> enclose(boost::asio::awaitable<void> body);

  [[nodiscard]] std::size_t size() const { return tasks_.size(); }

 private:
  struct Task {
    std::string name;
    boost::asio::cancellation_signal signal;
    std::function<boost::asio::awaitable<void>()> function;
  };

  void finish(std::list<Task>::iterator task, const std::exception_ptr& failure);

  boost::asio::any_io_executor executor_;
  Log& log_;
  bool closed_ = false;
  std::list<Task> tasks_;
  Condition changed_;
};

/// Runs `work` to its end whether or not the calling task is cancelled meanwhile; the cancellation
/// takes effect at the caller's next await. For clean-up that must be complete. A caller that may
/// have been cancelled already must first `co_await this_coro::throw_if_cancelled(false)`:
/// otherwise the await of this function is where it ends.
boost::asio::awaitable<void> uncancelled(boost::asio::awaitable<void> work);

/// The text of any exception.
std::string describe(const std::exception_ptr& failure);

/// True for the exception by which a cancelled coroutine unwinds.
bool is_cancellation(const std::exception_ptr& failure);

}  // namespace lmbridge::base
