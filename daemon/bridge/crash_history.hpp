// How a browser that keeps dying is started again. Sans-IO.
#pragma once

#include <algorithm>
#include <chrono>

namespace lmbridge::bridge {

/// The first restart comes at once; when browsers die young one after the other, restarts come
/// later and later, and that is a crash loop until one of them has lived. One that has answered
/// requests before it died is always replaced at once: it is of use, and its start takes its time.
class CrashHistory {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// A browser that lived so long did not die of the same cause as the one before.
  static constexpr std::chrono::seconds healthy_after{10};
  /// Young deaths in a row that are a loop.
  static constexpr int loop_from = 5;

  /// A browser has died, or could not be started (`lived` 0): how long to wait for the next.
  Duration note_death(Duration lived, bool has_answered) {
    young_deaths_ = lived >= healthy_after ? 1 : young_deaths_ + 1;
    if (young_deaths_ == 1 || has_answered) return Duration(0);
    constexpr Duration longest = std::chrono::seconds(60);
    Duration pause = std::chrono::milliseconds(500);
    for (int i = 2; i < young_deaths_ && pause < longest; ++i) pause *= 2;
    return std::min(pause, longest);
  }

  /// A browser has lived for `healthy_after`. True when that ends a loop.
  bool note_health() {
    const bool was_loop = is_loop();
    young_deaths_ = 0;
    return was_loop;
  }

  [[nodiscard]] bool is_loop() const { return young_deaths_ >= loop_from; }

 private:
  int young_deaths_ = 0;
};

}  // namespace lmbridge::bridge
