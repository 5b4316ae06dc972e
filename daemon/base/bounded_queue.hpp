// A queue between two tasks of one strand, bounded by cost. Boost 1.81's experimental::channel
// loses messages on close and breaks after a cancelled receive; this one does neither.
#pragma once

#include "base/condition.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace lmbridge::base {

/// Any number of producers, one consumer, I/O thread only. Each item has a cost (1 by default, or
/// bytes); the queue is full while the sum of the costs has reached the capacity, so one item may
/// overshoot but a queue that is not full always takes one.
template <class T>
class BoundedQueue {
 public:
  BoundedQueue(const boost::asio::any_io_executor& executor, std::size_t capacity)
      : capacity_(capacity), not_empty_(executor), not_full_(executor) {}

  /// False, and `item` untouched, when the queue is full or closed.
  bool try_push(T&& item, std::size_t cost = 1) {
    if (closed_ || full()) return false;
    items_.emplace_back(std::move(item), cost);
    cost_ += cost;
    not_empty_.notify();
    return true;
  }

  /// Waits for room (one waiting producer at a time); false when the queue was closed.
  boost::asio::awaitable<bool> push(T item, std::size_t cost = 1) {
    while (!closed_ && full()) co_await not_full_.wait();
    co_return try_push(std::move(item), cost);
  }

  /// The oldest item; nullopt when the queue is closed and drained, or when `deadline` has passed
  /// (then closed() tells which). A cancelled pop takes nothing.
  boost::asio::awaitable<std::optional<T>> pop(
      Condition::TimePoint deadline = Condition::TimePoint::max()) {
    while (items_.empty() && !closed_) {
      if (std::chrono::steady_clock::now() >= deadline) co_return std::nullopt;
      co_await not_empty_.wait_until(deadline);
    }
    co_return try_pop();
  }

  std::optional<T> try_pop() {
    if (items_.empty()) return std::nullopt;
    auto [item, cost] = std::move(items_.front());
    items_.pop_front();
    cost_ -= cost;
    not_full_.notify();
    return std::optional<T>(std::move(item));
  }

  /// No more pushes; what is queued can still be popped.
  void close() {
    closed_ = true;
    not_empty_.notify();
    not_full_.notify();
  }

  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] bool full() const { return cost_ >= capacity_; }
  [[nodiscard]] std::size_t cost() const { return cost_; }

 private:
  std::size_t capacity_;
  std::size_t cost_ = 0;
  bool closed_ = false;
  std::deque<std::pair<T, std::size_t>> items_;
  Condition not_empty_;
  Condition not_full_;
};

}  // namespace lmbridge::base
