#include "media/turns.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;

/// Who waits in line, until the turn is there or is not wanted any more.
class Turns::Place {
 public:
  explicit Place(Turns& turns)
      : turns_(turns), position_(turns.line_.emplace(turns.line_.end(), turns.executor_)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    turns_.line_.erase(position_);
    turns_.call_first();
  }

  [[nodiscard]] bool is_first() const { return position_ == turns_.line_.begin(); }
  base::Condition& called() { return *position_; }

 private:
  Turns& turns_;
  std::list<base::Condition>::iterator position_;
};

Turns::Turns(const asio::any_io_executor& executor, Limits limits)
    : executor_(executor), limits_(limits) {}

Turns::~Turns() {
  assert(line_.empty() && taken_ == 0);
}

void Turns::set_limits(Limits limits) {
  limits_ = limits;
  call_first();
}

awaitable<std::optional<Turns::Turn>> Turns::take(TimePoint deadline) {
  Place place(*this);
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    const bool is_next = place.is_first() && taken_ < limits_.at_once;
    if (is_next && now >= next_) break;
    if (now >= deadline) co_return std::nullopt;
    co_await place.called().wait_until(is_next ? std::min(next_, deadline) : deadline);
  }
  ++taken_;
  next_ = std::chrono::steady_clock::now() + limits_.pause;
  co_return std::optional<Turn>(std::in_place, *this);
}

void Turns::give_back() {
  --taken_;
  call_first();
}

void Turns::call_first() {
  if (!line_.empty()) line_.front().notify();
}

}  // namespace lmbridge::media
