#include "settings/id_edits.hpp"

#include "base/text.hpp"
#include "settings/edit.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

using Path = std::vector<Step>;

std::string_view word(arena::Mode mode) {
  return mode == arena::Mode::battle ? "battle" : "direct_chat";
}

Path below(const Path& path, Step step) {
  auto longer = path;
  longer.push_back(std::move(step));
  return longer;
}

/// The value's own words in the file, shortened; "nothing" where there is none.
std::string shown(std::string_view text, const JsoncNode& root, const Path& path) {
  const auto place = find_place(root, path);
  if (!place || place->depth < path.size()) return "nothing";
  return base::printable(
      base::excerpt(text.substr(place->node->begin, place->node->end - place->node->begin), 80));
}

/// How the two files call what they both say.
struct Keys {
  std::string_view mode;
  std::string_view battle_target;
};

std::vector<Edit> edits_for(const Path& path, const Keys& keys, const NewIds& ids) {
  std::vector<Edit> edits;
  const auto add = [&](std::string_view key, std::string_view value) {
    edits.push_back({.path = below(path, std::string(key)), .value = json::string(value)});
  };
  add("session_id", ids.session_id);
  add("message_id", ids.message_id);
  if (ids.mode) add(keys.mode, word(*ids.mode));
  if (ids.battle_target) add(keys.battle_target, *ids.battle_target == 'b' ? "B" : "A");
  if (!ids.origin.captured_at.empty()) add("captured_at", ids.origin.captured_at);
  if (!ids.origin.account.empty()) add("account", ids.origin.account);
  return edits;
}

Result<JsoncNode> parse_or_empty(std::string_view text) {
  if (is_blank(text)) return JsoncNode{.value = JsoncNode::Members{}};
  return parse_to_edit(text);
}

Result<Edited> with_edits(std::string_view text, const std::vector<Edit>& edits) {
  const auto before = parse_or_empty(text);
  if (!before) return std::unexpected(before.error());
  auto after = edit(text, edits);
  if (!after) return std::unexpected(std::move(after).error());
  Edited edited{.text = *std::move(after), .changes = {}};
  for (const auto& each : edits) {
    const auto old = shown(text, *before, each.path);
    auto now = json::serialize(each.value);
    if (old != now) {
      edited.changes.push_back(fmt::format("{}: {} -> {}", describe(each.path), old, now));
    }
  }
  return edited;
}

constexpr Keys entry_keys{.mode = "mode", .battle_target = "battle_target"};

std::string_view text_in(const JsoncNode& object, std::string_view key) {
  const auto* member = find_member(object, key);
  const auto* value = member != nullptr ? std::get_if<std::string>(&member->value.value) : nullptr;
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

/// Where the entry of that session stands in `sessions`, which is an entry or an array of them.
std::optional<Path> find_entry(const JsoncNode& sessions, const Path& path,
                               std::string_view session_id) {
  const auto* items = std::get_if<JsoncNode::Items>(&sessions.value);
  if (items == nullptr) {
    if (text_in(sessions, "session_id") != session_id) return std::nullopt;
    return path;
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (text_in((*items)[i], "session_id") == session_id) return below(path, i);
  }
  return std::nullopt;
}

/// nullptr when the model has none.
Result<const JsoncNode*> find_sessions(const JsoncNode& root, const Path& path) {
  const auto place = find_place(root, path);
  if (!place) return std::unexpected(place.error());
  return place->depth < path.size() ? nullptr : place->node;
}

json::object entry_of(const NewIds& ids) {
  json::object entry;
  for (const auto& each : edits_for({}, entry_keys, ids)) {
    entry[std::get<std::string>(each.path.back())] = each.value;
  }
  return entry;
}

}  // namespace

Result<Edited> with_default_ids(std::string_view config, const NewIds& ids) {
  return with_edits(
      config,
      edits_for({}, {.mode = "id_updater_last_mode", .battle_target = "id_updater_battle_target"},
                ids));
}

Result<Edited> with_model_ids(std::string_view endpoint_map, std::string_view model,
                              const NewIds& ids, IdPlacement placement) {
  const auto root = parse_or_empty(endpoint_map);
  if (!root) return std::unexpected(root.error());
  const Path path{std::string(model)};
  const auto found = find_sessions(*root, path);
  if (!found) return std::unexpected(found.error());
  const auto* sessions = *found;
  const auto* items =
      sessions != nullptr ? std::get_if<JsoncNode::Items>(&sessions->value) : nullptr;
  if (placement == IdPlacement::entry) {
    if (items != nullptr && !items->empty()) {
      return fail(ErrorCode::invalid_configuration,
                  fmt::format("{} has a pool of {}, which one session would replace: append it "
                              "instead, or remove those first",
                              base::quoted(base::excerpt(model, 80)),
                              base::counted(items->size(), "session")));
    }
    if (items == nullptr) return with_edits(endpoint_map, edits_for(path, entry_keys, ids));
  }
  if (sessions != nullptr) {
    if (const auto entry = find_entry(*sessions, path, ids.session_id)) {
      return with_edits(endpoint_map, edits_for(*entry, entry_keys, ids));
    }
  }
  auto after = append_item(endpoint_map, path, entry_of(ids));
  if (!after) return std::unexpected(std::move(after).error());
  return Edited{.text = *std::move(after),
                .changes = {fmt::format("{}: one more session: {}", describe(path),
                                        json::serialize(entry_of(ids)))}};
}

Result<Edited> without_model_ids(std::string_view endpoint_map, std::string_view model,
                                 std::string_view session_id) {
  Edited edited{.text = std::string(endpoint_map), .changes = {}};
  const Path path{std::string(model)};
  for (;;) {
    const auto root = parse_or_empty(edited.text);
    if (!root) return std::unexpected(root.error());
    const auto sessions = find_sessions(*root, path);
    if (!sessions) return std::unexpected(sessions.error());
    if (*sessions == nullptr) break;
    const auto entry =
        session_id.empty() ? std::optional(path) : find_entry(**sessions, path, session_id);
    if (!entry) break;
    const auto* items = std::get_if<JsoncNode::Items>(&(*sessions)->value);
    const bool is_last = items == nullptr || items->size() == 1;
    edited.changes.push_back(
        fmt::format("{}: removed {}", describe(*entry), shown(edited.text, *root, *entry)));
    auto after = remove(edited.text, is_last ? path : *entry);
    if (!after) return std::unexpected(std::move(after).error());
    edited.text = *std::move(after);
  }
  if (!edited.changes.empty()) return edited;
  return fail(
      ErrorCode::not_found,
      fmt::format("{} has no {}", base::quoted(base::excerpt(model, 80)),
                  session_id.empty()
                      ? "sessions of its own"
                      : fmt::format("session {}", base::quoted(base::excerpt(session_id, 80)))));
}

}  // namespace lmbridge::settings
