// Ids and times that tests can predict.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <fmt/format.h>

#include <string>

namespace lmbridge::arena {

/// "id-1", "id-2", ...
class CountedIds final : public base::IdSource {
 public:
  std::string uuid() override { return fmt::format("id-{}", ++count_); }
  std::string token() override { return {}; }

 private:
  int count_ = 0;
};

/// Stands still until it is told otherwise.
class StoppedClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return now_; }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'790'000'000'123));
  }
  void advance(std::chrono::milliseconds time) { now_ += time; }

 private:
  std::chrono::steady_clock::time_point now_;
};

}  // namespace lmbridge::arena
