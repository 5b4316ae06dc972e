// The models of models.json: which id of the site stands behind a name (spec/config.md).
#pragma once

#include "arena/types.hpp"
#include "base/error.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lmbridge::arena {

struct Model {
  std::string name;
  /// What the site is sent; nullopt sends none. Mostly a UUID, but users' files also have names.
  std::optional<std::string> id = std::nullopt;
  ModelType type = ModelType::text;
  bool operator==(const Model&) const = default;
};

/// Reads one entry of models.json: `"<id>"`, `"<id>:<type>"`, and `null` in any case for no id.
/// Fails with invalid_configuration for an empty name or id, and for a type that there is not
/// behind a UUID or null; behind other ids a colon is taken for a part of the id.
Result<Model> parse_model_entry(std::string_view name, std::string_view value);

/// "text", "image" or "search".
std::string_view name(ModelType type);

/// The type of that name in any case, if there is one.
std::optional<ModelType> parse_model_type(std::string_view text);

/// Models by name, in the order in which they were given; of equal names the first one counts.
class ModelCatalog {
 public:
  ModelCatalog() = default;
  explicit ModelCatalog(std::vector<Model> models);

  /// The model called exactly `name`, or nullptr.
  [[nodiscard]] const Model* find(std::string_view name) const;
  [[nodiscard]] std::span<const Model> models() const { return models_; }

  bool operator==(const ModelCatalog&) const = default;

 private:
  std::vector<Model> models_;
  std::unordered_map<std::string, std::size_t> indexes_;
};

}  // namespace lmbridge::arena
