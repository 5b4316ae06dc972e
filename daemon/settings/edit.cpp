#include "settings/edit.hpp"

#include "settings/insertion.hpp"
#include "settings/jsonc.hpp"
#include "settings/removal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

/// Puts the value into its place; each missing object on the way is made as an empty one first, so
/// that its member is laid out like every other.
Result<std::string> set(std::string text, const Edit& edit) {
  const std::span<const Step> path = edit.path;
  const auto value = json::serialize(edit.value);
  const auto wanted = parse_jsonc(value);
  if (!wanted) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("the value for {} is no JSON", describe(path)));
  }
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
    if (std::holds_alternative<std::size_t>(path[place->depth])) {
      insert_item(text, *root, node, value);
      continue;
    }
    insert_member(text, *root, node, std::get<std::string>(path[place->depth]),
                  is_last ? value : "{}");
  }
}

/// The node at `path`; members that are missing are made.
JsoncNode* find_mutable(JsoncNode& root, std::span<const Step> path) {
  JsoncNode* node = &root;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      auto& items = std::get<JsoncNode::Items>(node->value);
      if (*index == items.size()) items.emplace_back();
      node = &items[*index];
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

/// Takes the entry at `step` out of the tree.
void erase_entry(JsoncNode& container, const Step& step) {
  if (const auto* index = std::get_if<std::size_t>(&step)) {
    auto& items = std::get<JsoncNode::Items>(container.value);
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(*index));
    return;
  }
  std::erase_if(std::get<JsoncNode::Members>(container.value), [&](const JsoncMember& member) {
    return member.key == std::get<std::string>(step);
  });
}

/// The places in `container` of what is to go, from the last to the first.
std::vector<std::size_t> indexes_of(const JsoncNode& container, const Step& step) {
  if (const auto* index = std::get_if<std::size_t>(&step)) return {*index};
  std::vector<std::size_t> indexes;
  const auto& members = std::get<JsoncNode::Members>(container.value);
  for (auto i = members.size(); i-- > 0;) {
    if (members[i].key == std::get<std::string>(step)) indexes.push_back(i);
  }
  return indexes;
}

/// Checks as changes_only() does.
bool lacks_only(const JsoncNode& before, std::string_view after, std::span<const Step> path) {
  const auto result = parse_jsonc(after);
  if (!result) return false;
  auto expected = before;
  erase_entry(*find_mutable(expected, path.first(path.size() - 1)), path.back());
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

Result<std::string> remove(std::string_view text, std::span<const Step> path) {
  const auto root = parse_to_edit(text);
  if (!root) return std::unexpected(root.error());
  const auto place = find_place(*root, path);
  if (!place) return std::unexpected(place.error());
  if (place->depth < path.size()) {
    return fail(ErrorCode::not_found, fmt::format("there is no {}", describe(path)));
  }
  const auto parent = find_place(*root, path.first(path.size() - 1));
  std::string after(text);
  for (const auto index : indexes_of(*parent->node, path.back())) {
    // What is in front of one that has gone keeps its place.
    remove_entry(after, *parent->node, index);
  }
  if (lacks_only(*root, after, path)) return after;
  return fail(ErrorCode::internal,
              fmt::format("a removal of {} would change more than that", describe(path)));
}

Result<std::string> append_item(std::string_view text, std::span<const Step> path,
                                const json::value& value) {
  const auto root = is_blank(text) ? Result<JsoncNode>(JsoncNode{.value = JsoncNode::Members{}})
                                   : parse_to_edit(text);
  if (!root) return std::unexpected(root.error());
  const auto place = find_place(*root, path);
  if (!place) return std::unexpected(place.error());
  Edit appended{.path = {path.begin(), path.end()}, .value = json::array{value}};
  if (place->depth < path.size()) return edit(text, std::span(&appended, 1));
  const auto& node = *place->node;
  std::string before(text);
  std::size_t size = 1;
  if (const auto* items = std::get_if<JsoncNode::Items>(&node.value)) {
    size = items->size();
  } else {
    before.insert(node.end, "]");
    before.insert(node.begin, "[");
  }
  appended.path.emplace_back(size);
  appended.value = value;
  return edit(before, std::span(&appended, 1));
}

}  // namespace lmbridge::settings
