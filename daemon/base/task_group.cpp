#include "base/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cassert>
#include <utility>

namespace lmbridge::base {
namespace asio = boost::asio;

TaskGroup::TaskGroup(const asio::any_io_executor& executor, Log& log)
    : executor_(executor), log_(log), changed_(executor) {}

TaskGroup::~TaskGroup() {
  assert(tasks_.empty());
}

bool TaskGroup::spawn(std::string name, std::function<asio::awaitable<void>()> task) {
  if (closed_) return false;
  auto entry = tasks_.emplace(tasks_.end());
  entry->name = std::move(name);
  entry->function = std::move(task);
  asio::co_spawn(
      executor_, [entry] { return entry->function(); },
      asio::bind_cancellation_slot(
          entry->signal.slot(),
          [this, entry](const std::exception_ptr& failure) { finish(entry, failure); }));
  return true;
}

void TaskGroup::finish(std::list<Task>::iterator task, const std::exception_ptr& failure) {
  if (failure && !is_cancellation(failure)) {
    log_.error("a task ended with an exception",
               {{"task", task->name}, {"exception", describe(failure)}});
  }
  tasks_.erase(task);
  changed_.notify();
}

void TaskGroup::cancel() {
  // A signal may end a task at once and so remove it from the list: step before emitting.
  for (auto next = tasks_.begin(); next != tasks_.end();) {
    auto task = next++;
    task->signal.emit(asio::cancellation_type::terminal);
  }
}

asio::awaitable<void> TaskGroup::join() {
  while (!tasks_.empty()) co_await changed_.wait();
}

asio::awaitable<void> TaskGroup::stop(std::chrono::steady_clock::duration drain) {
  close();
  const auto deadline = std::chrono::steady_clock::now() + drain;
  while (!tasks_.empty() && std::chrono::steady_clock::now() < deadline) {
    co_await changed_.wait_until(deadline);
  }
  cancel();
  co_await join();
}

asio::awaitable<void> TaskGroup::enclose(asio::awaitable<void> body) {
  std::exception_ptr failure;
  try {
    co_await std::move(body);
  } catch (...) {  // kept and thrown again once the group is empty
    failure = std::current_exception();
  }
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  close();
  cancel();
  co_await uncancelled(join());
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> uncancelled(asio::awaitable<void> work) {
  // Not by resetting the cancellation state: that belongs to the whole stack of coroutines, and a
  // cancellation that came meanwhile would be lost. A coroutine spawned with an empty slot hears of
  // none, while the caller's own state remembers.
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto [failure] = co_await asio::co_spawn(
      co_await asio::this_coro::executor, std::move(work),
      asio::bind_cancellation_slot(asio::cancellation_slot(), asio::as_tuple(asio::use_awaitable)));
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (failure) std::rethrow_exception(failure);
}

std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {  // not derived from std::exception
    return "an exception of unknown type";
  }
}

bool is_cancellation(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {  // anything else is not a cancellation
    return false;
  }
}

}  // namespace lmbridge::base
