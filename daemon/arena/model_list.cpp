#include "arena/model_list.hpp"

#include "arena/object_finder.hpp"
#include "arena/page_payload.hpp"
#include "base/ids.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace lmbridge::arena {
namespace json = boost::json;
namespace {

/// Names are shown, and stand in files.
constexpr std::size_t longest_name = 200;
/// Of the part of an id that tells two models of one name apart.
constexpr std::size_t id_mark = 8;
/// What the list is called in the page's data, and how many of that name are looked at.
constexpr std::string_view list_key = "\"initialModels\":";
constexpr int most_lists = 4;

std::string_view text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* string = value != nullptr ? value->if_string() : nullptr;
  return string != nullptr ? std::string_view(*string) : std::string_view();
}

/// A capability is `true` or an object that says more of it.
bool has(const json::object* capabilities, std::string_view key) {
  const auto* value = capabilities != nullptr ? capabilities->if_contains(key) : nullptr;
  if (value == nullptr) return false;
  return value->is_object() || (value->is_bool() && value->get_bool());
}

ModelType type_of(const json::object& model) {
  const auto* value = model.if_contains("capabilities");
  const auto* capabilities = value != nullptr ? value->if_object() : nullptr;
  value = capabilities != nullptr ? capabilities->if_contains("outputCapabilities") : nullptr;
  const auto* output = value != nullptr ? value->if_object() : nullptr;
  if (has(output, "image")) return ModelType::image;
  return has(output, "search") ? ModelType::search : ModelType::text;
}

/// Nothing for what only looks like a model.
std::optional<ListedModel> read_model(std::string_view source) {
  const auto parsed = base::parse_strict_json(source, {.depth = 32, .values = 5000});
  if (!parsed) return std::nullopt;
  const auto& object = parsed->get_object();
  const auto id = text(object, "id");
  const auto name = base::trimmed(text(object, "publicName"));
  if (!base::is_uuid(id) || name.empty() || name.size() > longest_name) return std::nullopt;
  return ListedModel{.name = std::string(name),
                     .id = std::string(id),
                     .type = type_of(object),
                     .source = json::serialize(object)};
}

/// Gives models of one name names of their own.
void make_names_unique(std::vector<ListedModel>& models) {
  std::unordered_set<std::string> taken;
  for (const auto& model : models) taken.insert(model.name);
  std::unordered_set<std::string> used;
  for (auto& model : models) {
    if (used.insert(model.name).second) continue;
    auto name = fmt::format("{}@{}", model.name, model.id.substr(0, id_mark));
    // The ids of two may begin alike, and a name may look like one of these.
    if (taken.contains(name)) name = fmt::format("{}@{}", model.name, model.id);
    taken.insert(name);
    used.insert(name);
    model.name = std::move(name);
  }
}

/// Collects models, each id once.
class Collection {
 public:
  void add_all(std::string_view text) {
    find_objects(text, "id", "publicName", [this](std::string_view source) {
      auto model = read_model(source);
      if (model && ids_.insert(model->id).second) models_.push_back(*std::move(model));
      return models_.size() < model_limit;
    });
  }
  [[nodiscard]] bool is_empty() const { return models_.empty(); }
  std::vector<ListedModel> take() {
    make_names_unique(models_);
    return std::move(models_);
  }

 private:
  std::vector<ListedModel> models_;
  std::unordered_set<std::string> ids_;
};

/// From the places on where the list is by name: whatever text stands before it, quotes and braces
/// are in order there.
void add_named_lists(Collection& collection, std::string_view payload) {
  auto at = payload.find(list_key);
  for (int i = 0; i < most_lists && at != std::string_view::npos; ++i) {
    at += list_key.size();
    collection.add_all(payload.substr(at));
    at = payload.find(list_key, at);
  }
}

Model model_of(const ListedModel& listed) {
  return {.name = listed.name, .id = listed.id, .type = listed.type};
}

}  // namespace

Result<std::vector<ListedModel>> read_model_list(std::string_view html) {
  const auto payload = page_payload(html);
  Collection collection;
  add_named_lists(collection, payload);
  if (collection.is_empty()) collection.add_all(payload);
  if (collection.is_empty()) collection.add_all(html.substr(0, page_limit));
  if (!collection.is_empty()) return collection.take();
  return fail(
      ErrorCode::site_changed,
      "the page lists no models: either it is not the site's page (is it signed in, and past "
      "every check for humans?) or the site writes its list in another way now");
}

std::string available_models(std::span<const ListedModel> models) {
  std::string out = "[";
  for (const auto& model : models) {
    out += out.size() == 1 ? "\n  " : ",\n  ";
    out += model.source;
  }
  out += "\n]\n";
  return out;
}

ModelDifference compare(const ModelCatalog& ours, std::span<const ListedModel> listed) {
  ModelDifference difference;
  std::unordered_map<std::string_view, const ListedModel*> by_id;
  std::unordered_map<std::string_view, const ListedModel*> by_name;
  for (const auto& model : listed) {
    by_id.emplace(model.id, &model);
    by_name.emplace(model.name, &model);
  }
  std::unordered_set<std::string_view> known_ids;
  for (const auto& model : ours.models()) {
    if (!model.id || !base::is_uuid(*model.id)) continue;
    const auto same_id = by_id.find(*model.id);
    const auto same_name = by_name.find(model.name);
    const bool is_listed = same_id != by_id.end();
    if (!is_listed && same_name == by_name.end()) {
      difference.removed.push_back(model);
      continue;
    }
    const auto& now = is_listed ? *same_id->second : *same_name->second;
    known_ids.insert(now.id);
    const Model after{.name = model.name, .id = now.id, .type = now.type};
    if (after != model) difference.changed.push_back({.before = model, .after = after});
  }
  for (const auto& model : listed) {
    const bool is_known = known_ids.contains(model.id) || ours.find(model.name) != nullptr;
    if (!is_known) difference.added.push_back(model_of(model));
  }
  return difference;
}

}  // namespace lmbridge::arena
