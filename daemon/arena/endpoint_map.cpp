#include "arena/endpoint_map.hpp"

#include <utility>

namespace lmbridge::arena {

EndpointMap::EndpointMap(std::vector<Pool> pools) {
  pools_.reserve(pools.size());
  for (auto& pool : pools) {
    const auto [found, is_new] = indexes_.try_emplace(pool.model, pools_.size());
    if (is_new) {
      pools_.push_back(std::move(pool));
    } else {
      pools_[found->second] = std::move(pool);
    }
  }
}

const Pool* EndpointMap::find(std::string_view model) const {
  const auto found = indexes_.find(std::string(model));
  return found == indexes_.end() ? nullptr : &pools_[found->second];
}

}  // namespace lmbridge::arena
