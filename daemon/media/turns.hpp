// So many at once, the others wait in the order in which they came.
#pragma once

#include "base/condition.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>

namespace lmbridge::media {

/// I/O thread only; outlives the turns that it gives.
class Turns {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Limits {
    std::size_t at_once = 50;
    /// Between the beginnings of two turns.
    std::chrono::milliseconds pause{0};
  };

  /// Lasts as long as it lives.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(&turns) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->give_back();
    }

   private:
    Turns* turns_;
  };

  Turns(const boost::asio::any_io_executor& executor, Limits limits);
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;
  /// Nobody waits, and no turn is left.
  ~Turns();

  void set_limits(Limits limits);

  /// Waits for a turn until `deadline`; nothing when it has passed. A task that is cancelled leaves
  /// the line.
  boost::asio::awaitable<std::optional<Turn>> take(TimePoint deadline);

  [[nodiscard]] std::size_t taken() const { return taken_; }
  [[nodiscard]] std::size_t waiting() const { return line_.size(); }

 private:
  class Place;

  void give_back();
  void call_first();

  boost::asio::any_io_executor executor_;
  Limits limits_;
  std::size_t taken_ = 0;
  /// Not before this may the next turn begin.
  TimePoint next_ = TimePoint::min();
  std::list<base::Condition> line_;
};

}  // namespace lmbridge::media
