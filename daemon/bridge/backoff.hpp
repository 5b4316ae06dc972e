// The pause before another try.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace lmbridge::bridge {

/// Doubles with each failure in a row, up to a limit. The first try comes at once where the first
/// pause is zero. Jitter keeps those apart that failed together.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  struct Options {
    bool first_at_once = false;
    Duration shortest{250};
    Duration longest{30'000};
  };

  explicit Backoff(Options options) : options_(options) {}

  /// Between three quarters of the pause that is due and all of it.
  template <class Random>
  Duration next(Random& random) {
    const auto due = pause();
    ++failures_;
    std::uniform_int_distribution<Duration::rep> spread(due.count() * 3 / 4, due.count());
    return Duration(spread(random));
  }
  /// What was tried has worked.
  void reset() { failures_ = 0; }

 private:
  [[nodiscard]] Duration pause() const {
    auto doublings = failures_;
    if (options_.first_at_once && doublings-- == 0) return Duration(0);
    auto pause = options_.shortest;
    for (; doublings > 0 && pause < options_.longest; --doublings) pause *= 2;
    return std::min(pause, options_.longest);
  }

  Options options_;
  int failures_ = 0;
};

}  // namespace lmbridge::bridge
