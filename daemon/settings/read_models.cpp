#include "settings/read_models.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "settings/read_mode.hpp"
#include "settings/section.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace lmbridge::settings {
namespace {

/// A model's name as the first step of a path; it may have dots of its own.
std::string step(std::string_view model) {
  return base::quoted(base::excerpt(model, 80));
}

void read_type(Section& section, std::optional<arena::ModelType>& type) {
  std::string text;
  if (!section.read("type", text)) return;
  type = arena::parse_model_type(text);
  if (!type) section.refuse("type", "\"text\", \"image\", \"search\"");
}

/// Both ids are there and proper; else says so of the first that is not.
bool read_ids(Section& section, const std::string& path, arena::Endpoint& endpoint) {
  bool complete = true;
  for (const auto& [key, id] : {std::pair("session_id", &endpoint.session_id),
                                std::pair("message_id", &endpoint.message_id)}) {
    const bool arrived = section.read(key, *id);
    if (base::is_uuid(*id)) continue;
    // What has the wrong type is an error already.
    if (complete && (arrived || !section.has(key))) {
      section.warn({key}, fmt::format("{}: left out, because its {} is {}", path, key,
                                      arrived ? "a placeholder or no UUID" : "missing"));
    }
    complete = false;
  }
  return complete;
}

/// Nothing for an entry that is to be left out.
std::optional<arena::PoolEntry> read_entry(const JsoncNode& node, const std::string& path,
                                           const arena::Endpoint& defaults,
                                           Diagnostics& diagnostics) {
  Section section(&node, path, diagnostics);
  if (!std::holds_alternative<JsoncNode::Members>(node.value)) return std::nullopt;
  arena::PoolEntry entry{.endpoint = {.session_id = {},
                                      .message_id = {},
                                      .mode = defaults.mode,
                                      .battle_target = defaults.battle_target}};
  const bool complete = read_ids(section, path, entry.endpoint);
  read_mode(section, "mode", entry.endpoint.mode);
  read_battle_target(section, "battle_target", entry.endpoint.battle_target);
  read_type(section, entry.type);
  read_id_origin(section, entry.origin);
  if (!complete) return std::nullopt;
  return entry;
}

arena::Pool read_pool(const std::string& model, const JsoncNode& node,
                      const arena::Endpoint& defaults, Diagnostics& diagnostics) {
  arena::Pool pool{.model = model, .entries = {}};
  const auto add = [&](const JsoncNode& entry_node, const std::string& path) {
    if (auto entry = read_entry(entry_node, path, defaults, diagnostics))
      pool.entries.push_back(*std::move(entry));
  };
  const auto* items = std::get_if<JsoncNode::Items>(&node.value);
  if (items == nullptr) {
    add(node, step(model));
  } else if (items->empty()) {
    diagnostics.warning(node.begin,
                        fmt::format("{}: has no sessions, so it can't be asked for", step(model)));
  }
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
    add((*items)[i], fmt::format("{}[{}]", step(model), i));
  return pool;
}

}  // namespace

arena::ModelCatalog read_models(const JsoncNode& root, Diagnostics& diagnostics) {
  std::vector<arena::Model> models;
  const auto* members = std::get_if<JsoncNode::Members>(&root.value);
  if (members == nullptr) {
    diagnostics.error(root.begin, "the file must be an object {\"name\": \"id\", ...}");
    return {};
  }
  for (const auto& [key, key_begin, node] : *members) {
    if (const auto* value = std::get_if<std::string>(&node.value)) {
      if (auto model = arena::parse_model_entry(key, *value)) {
        models.push_back(*std::move(model));
      } else {
        diagnostics.error(node.begin, model.error().message);
      }
      continue;
    }
    diagnostics.error(node.begin,
                      fmt::format("{}: found {}, allowed: a string such as \"<uuid>\", "
                                  "\"<uuid>:image\" or \"null:text\"",
                                  base::quoted(base::excerpt(key, 80)), diagnostics.source(node)));
  }
  return arena::ModelCatalog(std::move(models));
}

arena::EndpointMap read_endpoints(const JsoncNode& root, const arena::Endpoint& defaults,
                                  Diagnostics& diagnostics) {
  Section section(&root, "", diagnostics);
  std::vector<arena::Pool> pools;
  for (const auto& model : section.names()) {
    const auto& node = *section.node(model);
    if (base::trimmed(model).empty()) diagnostics.error(node.begin, "a model needs a name");
    pools.push_back(read_pool(model, node, defaults, diagnostics));
  }
  return arena::EndpointMap(std::move(pools));
}

}  // namespace lmbridge::settings
