// The evaluation sessions of each model (model_endpoint_map.json, spec/config.md). Which of them a
// request takes is EndpointSelector's to say.
#pragma once

#include "arena/payload.hpp"
#include "arena/types.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lmbridge::arena {

/// Where the ids of a session come from, for people: empty where nobody noted it.
struct IdOrigin {
  /// ISO 8601.
  std::string captured_at = {};
  /// A mark by which the account is told from others; ids are good for the one that made them.
  std::string account = {};
  bool operator==(const IdOrigin&) const = default;
};

/// One session of a pool.
struct PoolEntry {
  Endpoint endpoint;
  /// Wins over the type that models.json gives.
  std::optional<ModelType> type = std::nullopt;
  IdOrigin origin = {};
  bool operator==(const PoolEntry&) const = default;
};

/// The sessions of one model. Empty when all of its entries were placeholders: the model was meant
/// to have sessions of its own and must not be asked elsewhere.
struct Pool {
  std::string model;
  std::vector<PoolEntry> entries;
  bool operator==(const Pool&) const = default;
};

/// Pools by model, in the order in which they were given; of equal names the last one counts, as in
/// every JSON parser that takes duplicates.
class EndpointMap {
 public:
  EndpointMap() = default;
  explicit EndpointMap(std::vector<Pool> pools);

  /// The pool of exactly this model, or nullptr.
  [[nodiscard]] const Pool* find(std::string_view model) const;
  [[nodiscard]] std::span<const Pool> pools() const { return pools_; }

  bool operator==(const EndpointMap&) const = default;

 private:
  std::vector<Pool> pools_;
  std::unordered_map<std::string, std::size_t> indexes_;
};

}  // namespace lmbridge::arena
