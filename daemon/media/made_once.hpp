// A cache that makes what it lacks: once, however many ask at the same moment.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "media/cache.hpp"
#include "media/single_flight.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace lmbridge::media {

/// For values with a function cost_of(const Value&) beside them: the bytes that they take up. I/O
/// thread only. Stop it before it goes; nobody may wait then any more.
template <class Value>
class MadeOnce {
 public:
  using Outcome = typename SingleFlight<Value>::Outcome;
  using Make = std::function<boost::asio::awaitable<Result<Value>>()>;

  MadeOnce(const boost::asio::any_io_executor& executor, CacheLimits limits,
           const base::Clock& clock, base::Log& log)
      : executor_(executor), cache_(limits, clock), flights_(executor, log) {}

  /// The value under `key`, from the cache or else made by `make`, for which SingleFlight::run()
  /// has the rules. Failures are not kept.
  boost::asio::awaitable<Outcome> get(std::string key, Make make) {
    if (auto value = cache_.find(key)) co_return value;
    co_return co_await flights_.run(
        key, [this, key, make = std::move(make)] { return make_and_keep(key, make); });
  }

  /// Removes what is too old every `period`, until cancelled: a task for the owner's TaskGroup.
  boost::asio::awaitable<void> keep_swept(std::chrono::milliseconds period) {
    boost::asio::steady_timer timer(executor_);
    for (;;) {
      timer.expires_after(period);
      co_await timer.async_wait(boost::asio::use_awaitable);
      cache_.sweep();
    }
  }

  /// Ends all that is being made.
  boost::asio::awaitable<void> stop() { return flights_.stop(); }

  [[nodiscard]] Cache<Value>& cache() { return cache_; }
  /// How much is being made.
  [[nodiscard]] std::size_t under_way() const { return flights_.size(); }

 private:
  boost::asio::awaitable<Outcome> make_and_keep(std::string key, Make make) {
    auto made = co_await make();
    if (!made) co_return std::unexpected(std::move(made.error()));
    const auto cost = key.size() + cost_of(*made);
    const auto value = std::make_shared<const Value>(*std::move(made));
    cache_.put(std::move(key), value, cost);
    co_return value;
  }

  boost::asio::any_io_executor executor_;
  Cache<Value> cache_;
  SingleFlight<Value> flights_;
};

}  // namespace lmbridge::media
