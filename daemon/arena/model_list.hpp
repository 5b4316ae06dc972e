// The models that the site offers, as its page lists them, and how they differ from ours: pure.
#pragma once

#include "arena/model_catalog.hpp"
#include "base/error.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

struct ListedModel {
  /// By which it can be asked for; no two have the same: the second of a name is "name@<first 8 of
  /// its id>".
  std::string name;
  std::string id;
  ModelType type = ModelType::text;
  /// The site's own words, one JSON object.
  std::string source;
};

/// The models of a page, in its order and each id once. They are found by their shape (an object
/// with a UUID as `id` and a `publicName`), so a page whose scripts are laid out in another way is
/// read, too. site_changed when there is none. Of a page of more than page_limit bytes, and of more
/// models than model_limit, the rest is left out.
Result<std::vector<ListedModel>> read_model_list(std::string_view html);

inline constexpr std::size_t model_limit = 1000;

/// The contents of available_models.json: the site's own objects, one a line.
std::string available_models(std::span<const ListedModel> models);

struct ModelChange {
  Model before;
  Model after;
  bool operator==(const ModelChange&) const = default;
};

/// What would make a catalog the site's list.
struct ModelDifference {
  std::vector<Model> added;
  /// Those whose id the site does not list any more.
  std::vector<Model> removed;
  /// Of the same name, with another type or id.
  std::vector<ModelChange> changed;

  [[nodiscard]] bool is_empty() const {
    return added.empty() && removed.empty() && changed.empty();
  }
};

/// Models of ours without an id, or with one that is no UUID, are not the site's and are passed
/// over; one that has a name of the operator's own counts as there, and is compared by its id.
ModelDifference compare(const ModelCatalog& ours, std::span<const ListedModel> listed);

}  // namespace lmbridge::arena
