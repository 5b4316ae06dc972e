#include "media/file_bed_rota.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

namespace lmbridge::media {
using settings::FileBedStrategy;

std::size_t random_below(std::size_t bound) {
  std::random_device device;
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(device);
}

FileBedRota::FileBedRota(std::size_t count, FileBedStrategy strategy, const base::Clock& clock,
                         Random& random)
    : strategy_(strategy), clock_(clock), random_(random), rests_until_(count) {}

std::vector<std::size_t> FileBedRota::next() {
  std::vector<std::size_t> beds;
  std::vector<std::size_t> resting;
  for (const auto bed : in_order_of_strategy()) (rests(bed) ? resting : beds).push_back(bed);
  std::ranges::sort(resting, {}, [this](std::size_t bed) { return rests_until_[bed]; });
  beds.insert(beds.end(), resting.begin(), resting.end());
  if (strategy_ == FileBedStrategy::round_robin && !beds.empty()) {
    turn_ = (beds.front() + 1) % beds.size();
  }
  return beds;
}

std::vector<std::size_t> FileBedRota::in_order_of_strategy() {
  std::vector<std::size_t> beds(rests_until_.size());
  std::iota(beds.begin(), beds.end(), 0U);
  switch (strategy_) {
    case FileBedStrategy::failover:
      break;
    case FileBedStrategy::round_robin:
      std::ranges::rotate(beds, beds.begin() + static_cast<std::ptrdiff_t>(turn_));
      break;
    case FileBedStrategy::random:
      shuffle(beds);
      break;
  }
  return beds;
}

void FileBedRota::shuffle(std::vector<std::size_t>& beds) {
  for (std::size_t left = beds.size(); left > 1; --left) {
    std::swap(beds[left - 1], beds[random_(left)]);
  }
}

}  // namespace lmbridge::media
