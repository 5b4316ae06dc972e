// Threads for work that would hold up the I/O thread: decoding, encoding, hashing, files.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace lmbridge::media {

/// Used on the I/O thread only; the others give way to it. Work starts in the order in which it
/// came; what nobody waits for any more leaves the line at once and is asked to stop where it runs.
/// Tasks that wait have to end before the pool does.
class WorkerPool {
 public:
  struct Limits {
    std::size_t threads = 2;
    /// Of all work that waits for a thread.
    std::size_t waiting = 200;
    /// What all work that waits or runs may hold in memory, as its callers state it.
    std::size_t bytes = 256UL * 1024 * 1024;
  };

  WorkerPool(const boost::asio::any_io_executor& executor, Limits limits);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  /// Asks what runs to stop and waits for it.
  ~WorkerPool();

  /// The result of `work(stop_token)`, which runs on a thread of the pool and may outlive the
  /// calling task by the time it takes to stop: it owns what it uses. `overloaded` when the line is
  /// full. What the work throws is thrown here.
  template <class T>
  boost::asio::awaitable<Result<T>> run(std::size_t bytes,
                                        std::move_only_function<Result<T>(std::stop_token)> work) {
    // Shared by the caller and the thread, which may outlive it.
    auto result = std::make_shared<std::optional<Result<T>>>();
    auto executed =
        co_await execute(bytes, [result, work = std::move(work)](std::stop_token stop) mutable {
          result->emplace(work(std::move(stop)));
        });
    if (!executed) co_return std::unexpected(std::move(executed).error());
    co_return *std::move(*result);
  }

  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t running() const;
  /// What the work that waits or runs holds, as its callers stated it.
  [[nodiscard]] std::size_t bytes() const;

 private:
  using Work = std::move_only_function<void(std::stop_token)>;
  struct Job;
  struct State;
  class Waiter;

  boost::asio::awaitable<Result<void>> execute(std::size_t bytes, Work work);

  Limits limits_;
  /// Shared with the completions that are on their way when the pool goes.
  std::shared_ptr<State> state_;
};

}  // namespace lmbridge::media
