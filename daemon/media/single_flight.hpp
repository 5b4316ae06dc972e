// Those who want the same thing at the same moment get it made once.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lmbridge::media {

/// I/O thread only. Stop it before it goes; nobody may wait then any more.
template <class Value>
class SingleFlight {
 public:
  /// Shared: by all who waited for it.
  using Outcome = Result<std::shared_ptr<const Value>>;
  using Make = std::function<boost::asio::awaitable<Outcome>()>;

  SingleFlight(const boost::asio::any_io_executor& executor, base::Log& log)
      : executor_(executor), log_(log), flights_(executor, log) {}

  /// What `make` makes, or what somebody else's `make` is making under `key` already. `make` runs
  /// in a task of its own, so that it outlives the caller if others wait too; it is cancelled when
  /// all have left, and what it captures must live until stop(). Fails with what it failed with,
  /// and with shutting_down.
  boost::asio::awaitable<Outcome> run(std::string key, Make make) {
    auto& running = by_key_[key];
    // One that all have left is about to end, and can't be boarded any more.
    const bool joins = running && !running->waiters.empty();
    if (!joins) running = std::make_shared<Flight>(executor_, log_);
    // Shared: the caller's, the map's and the task's.
    const auto flight = running;
    const Seat seat(*this, *flight);
    if (!joins) start(key, flight, std::move(make));
    while (!flight->outcome) co_await seat.changed->wait();
    co_return *flight->outcome;
  }

  /// Ends all that is being made.
  boost::asio::awaitable<void> stop() {
    stopping_ = true;
    return flights_.stop(std::chrono::seconds(0));
  }

  /// How much is being made.
  [[nodiscard]] std::size_t size() const { return by_key_.size(); }

 private:
  struct Flight {
    Flight(const boost::asio::any_io_executor& executor, base::Log& log) : work(executor, log) {}

    base::TaskGroup work;
    std::list<base::Condition> waiters;
    std::optional<Outcome> outcome;
  };

  /// Of one who waits; the last to leave a flight ends it.
  struct Seat {
    Seat(SingleFlight& owner, Flight& taken)
        : flight(taken), changed(taken.waiters.emplace(taken.waiters.end(), owner.executor_)) {}
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat() {
      flight.waiters.erase(changed);
      if (flight.waiters.empty()) flight.work.cancel();
    }

    Flight& flight;
    std::list<base::Condition>::iterator changed;
  };

  void start(const std::string& key, const std::shared_ptr<Flight>& flight, Make make) {
    const bool open = flights_.spawn("single flight", [this, key, flight, make = std::move(make)] {
      return fly(key, flight, make);
    });
    if (!open) land(key, flight);
  }

  boost::asio::awaitable<void> fly(std::string key, std::shared_ptr<Flight> flight, Make make) {
    const std::shared_ptr<void> end(nullptr, [this, &key, &flight](void*) { land(key, flight); });
    // All may have left before it began.
    if (flight->waiters.empty()) co_return;
    // In a group of its own, which can be cancelled alone.
    flight->work.spawn("making", [&flight, &make]() -> boost::asio::awaitable<void> {
      flight->outcome = co_await make();
    });
    co_await flight->work.enclose(flight->work.join());
  }

  void land(const std::string& key, const std::shared_ptr<Flight>& flight) {
    if (!flight->outcome) {
      flight->outcome = stopping_ ? fail(ErrorCode::shutting_down, "the daemon is stopping")
                                  : fail(ErrorCode::internal, "it ended without a result");
    }
    const auto found = by_key_.find(key);
    if (found != by_key_.end() && found->second == flight) by_key_.erase(found);
    for (auto& waiter : flight->waiters) waiter.notify();
  }

  boost::asio::any_io_executor executor_;
  base::Log& log_;
  base::TaskGroup flights_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<Flight>> by_key_;
};

}  // namespace lmbridge::media
