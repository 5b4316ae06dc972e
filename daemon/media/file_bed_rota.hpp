// Which file bed is asked first, and which ones rest after a failure. Pure but for the clock and
// the dice that it is given.
#pragma once

#include "base/clock.hpp"
#include "settings/file_beds.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

namespace lmbridge::media {

/// From the kernel's random numbers; a FileBedRota::Random.
std::size_t random_below(std::size_t bound);

class FileBedRota {
 public:
  /// A number below `bound`, each as likely as the others.
  using Random = std::move_only_function<std::size_t(std::size_t bound)>;

  /// How long a bed is left alone that has failed.
  static constexpr std::chrono::seconds rest{300};

  /// For `count` beds, which are known by their indexes.
  FileBedRota(std::size_t count, settings::FileBedStrategy strategy, const base::Clock& clock,
              Random& random);

  /// All beds, in the order in which the next upload is to try them: first those that do not rest,
  /// as the strategy has it. Those that rest stand behind, the first to come back in front: where
  /// nobody else is left, a bed that may have recovered is better than a failure for certain.
  std::vector<std::size_t> next();

  void note_success(std::size_t bed) { rests_until_[bed] = {}; }
  void note_failure(std::size_t bed) { rests_until_[bed] = clock_.now() + rest; }

  [[nodiscard]] bool rests(std::size_t bed) const { return clock_.now() < rests_until_[bed]; }

 private:
  std::vector<std::size_t> in_order_of_strategy();
  void shuffle(std::vector<std::size_t>& beds);

  settings::FileBedStrategy strategy_;
  const base::Clock& clock_;
  Random& random_;
  std::vector<std::chrono::steady_clock::time_point> rests_until_;
  /// Of round_robin: whose turn it is.
  std::size_t turn_ = 0;
};

}  // namespace lmbridge::media
