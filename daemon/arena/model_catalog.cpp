#include "arena/model_catalog.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace lmbridge::arena {
namespace {

constexpr auto all_types = std::to_array({ModelType::text, ModelType::image, ModelType::search});

bool is_null(std::string_view id) {
  return base::equals_ignoring_case(id, "null");
}

std::unexpected<Error> refuse(std::string_view name, std::string_view value, std::string_view why) {
  return fail(
      ErrorCode::invalid_configuration,
      fmt::format("model {} has the value {}: {}", base::quoted(name), base::quoted(value), why));
}

}  // namespace

std::string_view name(ModelType type) {
  switch (type) {
    case ModelType::text:
      return "text";
    case ModelType::image:
      return "image";
    case ModelType::search:
      return "search";
  }
  std::unreachable();
}

std::optional<ModelType> parse_model_type(std::string_view text) {
  for (const auto type : all_types) {
    if (base::equals_ignoring_case(text, name(type))) return type;
  }
  return std::nullopt;
}

Result<Model> parse_model_entry(std::string_view name, std::string_view value) {
  if (base::trimmed(name).empty()) return refuse(name, value, "a model needs a name");
  auto id = base::trimmed(value);
  auto type = ModelType::text;
  if (const auto colon = id.rfind(':'); colon != std::string_view::npos) {
    const auto before = base::trimmed(id.substr(0, colon));
    const auto known = parse_model_type(base::trimmed(id.substr(colon + 1)));
    if (!known && (is_null(before) || base::is_uuid(before))) {
      return refuse(name, value, "the type behind the colon must be text, image or search");
    }
    if (known) {
      type = *known;
      id = before;
    }
  }
  if (id.empty()) return refuse(name, value, "an id is missing; write null to send none");
  Model model{.name = std::string(name), .id = std::nullopt, .type = type};
  if (!is_null(id)) model.id = std::string(id);
  return model;
}

ModelCatalog::ModelCatalog(std::vector<Model> models) {
  models_.reserve(models.size());
  for (auto& model : models) {
    if (indexes_.try_emplace(model.name, models_.size()).second)
      models_.push_back(std::move(model));
  }
}

const Model* ModelCatalog::find(std::string_view name) const {
  const auto found = indexes_.find(std::string(name));
  return found == indexes_.end() ? nullptr : &models_[found->second];
}

}  // namespace lmbridge::arena
