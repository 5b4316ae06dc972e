#include "settings/edit.hpp"

#include "settings/insertion.hpp"
#include "settings/jsonc.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

template <class... Arguments>
std::unexpected<Error> refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// Puts the value into its place; each missing object on the way is made as an empty one first, so
/// that its member is laid out like every other.
Result<std::string> set(std::string text, const Edit& edit) {
  const std::span<const Step> path = edit.path;
  const auto value = json::serialize(edit.value);
  const auto wanted = parse_jsonc(value);
  if (!wanted) return refuse("the value for {} is no JSON", describe(path));
  for (;;) {
    const auto root = parse_to_edit(text);
    if (!root) return std::unexpected(root.error());
    const auto place = find_place(*root, path);
    if (!place) return std::unexpected(place.error());
    const auto& node = *place->node;
    if (place->depth == path.size()) {
      if (!same_value(node, *wanted)) text.replace(node.begin, node.end - node.begin, value);
      return text;
    }
    const bool is_last = place->depth + 1 == path.size();
    insert_member(text, *root, node, std::get<std::string>(path[place->depth]),
                  is_last ? value : "{}");
  }
}

/// The node at `path`; members that are missing are made.
JsoncNode* find_mutable(JsoncNode& root, std::span<const Step> path) {
  JsoncNode* node = &root;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      node = &std::get<JsoncNode::Items>(node->value)[*index];
      continue;
    }
    const auto& key = std::get<std::string>(step);
    auto& members = std::get<JsoncNode::Members>(node->value);
    const auto* found = find_member(*node, key);
    if (found == nullptr) {
      members.push_back({.key = key, .value = {.value = JsoncNode::Members{}}});
      found = &members.back();
    }
    node = &members[static_cast<std::size_t>(found - members.data())].value;
  }
  return node;
}

/// Makes the same edit to the tree of the text before and compares: an edit that changes anything
/// else must never reach a file.
bool changes_only(const JsoncNode& before, std::string_view after, const Edit& edit) {
  const auto wanted = parse_jsonc(json::serialize(edit.value));
  const auto result = parse_jsonc(after);
  if (!wanted || !result) return false;
  auto expected = before;
  find_mutable(expected, edit.path)->value = wanted->value;
  return same_value(expected, *result);
}

}  // namespace

Result<std::string> edit(std::string_view text, std::span<const Edit> edits) {
  std::string current(text);
  if (is_blank(text) && !edits.empty()) current = with_empty_object(text);
  for (const auto& each : edits) {
    const auto before = parse_to_edit(current);
    if (!before) return std::unexpected(before.error());
    auto after = set(current, each);
    if (!after) return after;
    if (!changes_only(*before, *after, each)) {
      return fail(ErrorCode::internal,
                  fmt::format("an edit of {} would change more than that", describe(each.path)));
    }
    current = *std::move(after);
  }
  return current;
}

}  // namespace lmbridge::settings
