#include "settings/model_edits.hpp"

#include "base/text.hpp"
#include "settings/edit.hpp"

#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

/// As the file writes it: a text model is its id alone.
std::string entry(const arena::Model& model) {
  auto id = model.id.value_or("null");
  if (model.type == arena::ModelType::text) return id;
  return fmt::format("{}:{}", id, arena::name(model.type));
}

/// What is different between the two.
std::string change(const arena::ModelChange& change) {
  std::string text;
  if (change.before.type != change.after.type) {
    text = fmt::format("{} -> {}", arena::name(change.before.type), arena::name(change.after.type));
  }
  if (change.before.id != change.after.id) {
    text += fmt::format("{}{} -> {}", text.empty() ? "" : ", ", change.before.id.value_or("null"),
                        change.after.id.value_or("null"));
  }
  return text;
}

}  // namespace

std::vector<std::string> describe(const arena::ModelDifference& difference) {
  std::vector<std::string> lines;
  lines.reserve(difference.added.size() + difference.removed.size() + difference.changed.size());
  for (const auto& model : difference.added) {
    lines.push_back(fmt::format("+ {} ({})", base::printable(model.name), arena::name(model.type)));
  }
  for (const auto& model : difference.removed) {
    lines.push_back(fmt::format("- {}", base::printable(model.name)));
  }
  for (const auto& each : difference.changed) {
    lines.push_back(fmt::format("~ {}: {}", base::printable(each.after.name), change(each)));
  }
  return lines;
}

Result<std::string> with_models(std::string_view models, const arena::ModelDifference& difference,
                                bool removes) {
  std::vector<Edit> edits;
  const auto set = [&](const arena::Model& model) {
    edits.push_back({.path = {model.name}, .value = json::string(entry(model))});
  };
  for (const auto& each : difference.changed) set(each.after);
  for (const auto& model : difference.added) set(model);
  auto text = edit(models, edits);
  if (!removes) return text;
  for (const auto& model : difference.removed) {
    if (!text) return text;
    const std::vector<Step> path{model.name};
    text = remove(*text, path);
  }
  return text;
}

}  // namespace lmbridge::settings
