// The edits of edit.hpp that change how many values there are.
#include "settings/edit.hpp"
#include "settings/insertion.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

std::unexpected<Error> changes_more(std::span<const Step> path) {
  return fail(ErrorCode::internal,
              fmt::format("a change of {} would change more than that", describe(path)));
}

/// The node at `path` in a copy of a tree in which it is there.
JsoncNode& node_at(JsoncNode& root, std::span<const Step> path) {
  auto* node = &root;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      node = &std::get<JsoncNode::Items>(node->value)[*index];
      continue;
    }
    auto& members = std::get<JsoncNode::Members>(node->value);
    const auto* found = find_member(*node, std::get<std::string>(step));
    node = &members[static_cast<std::size_t>(found - members.data())].value;
  }
  return *node;
}

/// Makes the same change to the tree of the text before and compares.
bool appends_only(JsoncNode before, std::string_view after, std::span<const Step> path,
                  JsoncNode item) {
  const auto result = parse_jsonc(after);
  auto& node = node_at(before, path);
  if (!std::holds_alternative<JsoncNode::Items>(node.value)) {
    node = JsoncNode{.value = JsoncNode::Items{std::move(node)}};
  }
  std::get<JsoncNode::Items>(node.value).push_back(std::move(item));
  return result && same_value(before, *result);
}

void erase(JsoncNode& parent, const Step& step) {
  if (const auto* index = std::get_if<std::size_t>(&step)) {
    auto& items = std::get<JsoncNode::Items>(parent.value);
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(*index));
    return;
  }
  std::erase_if(std::get<JsoncNode::Members>(parent.value), [&](const JsoncMember& member) {
    return member.key == std::get<std::string>(step);
  });
}

/// The bytes of one of several neighbours, and where the value in front of it ends.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t before = 0;
};

Span span_of(const JsoncNode& parent, const Step& step) {
  if (const auto* index = std::get_if<std::size_t>(&step)) {
    const auto& items = std::get<JsoncNode::Items>(parent.value);
    return {.begin = items[*index].begin,
            .end = items[*index].end,
            .before = *index == 0 ? 0 : items[*index - 1].end};
  }
  const auto& members = std::get<JsoncNode::Members>(parent.value);
  const auto* found = find_member(parent, std::get<std::string>(step));
  return {.begin = found->key_begin,
          .end = found->value.end,
          .before = found == members.data() ? 0 : std::prev(found)->value.end};
}

}  // namespace

Result<std::string> append_item(std::string_view text, std::span<const Step> path,
                                const json::value& value) {
  const auto written = json::serialize(value);
  auto item = parse_jsonc(written);
  const auto root = is_blank(text) ? Result<JsoncNode>(JsoncNode{.value = JsoncNode::Members{}})
                                   : parse_to_edit(text);
  if (!root) return std::unexpected(root.error());
  const auto place = find_place(*root, path);
  if (!place) return std::unexpected(place.error());
  if (place->depth < path.size()) {
    const Edit whole{.path = {path.begin(), path.end()}, .value = json::array{value}};
    return edit(text, std::span(&whole, 1));
  }
  std::string result(text);
  const auto& node = *place->node;
  if (std::holds_alternative<JsoncNode::Items>(node.value)) {
    insert_item(result, *root, node, written);
  } else {
    result.insert(node.end, ", " + written + "]");
    result.insert(node.begin, "[");
  }
  if (!item || !appends_only(*root, result, path, *std::move(item))) return changes_more(path);
  return result;
}

Result<std::string> remove_value(std::string_view text, std::span<const Step> path) {
  std::string result(text);
  // A key that stands there twice goes twice.
  for (;;) {
    if (is_blank(result)) return result;
    const auto root = parse_to_edit(result);
    if (!root) return std::unexpected(root.error());
    const auto place = find_place(*root, path);
    if (!place) return std::unexpected(place.error());
    if (place->depth < path.size()) return result;
    const auto parent_path = path.first(path.size() - 1);
    const auto& parent = *find_place(*root, parent_path)->node;
    const auto span = span_of(parent, path.back());
    auto expected = *root;
    take_out(result, span.begin, span.end, span.before);
    auto& container = node_at(expected, parent_path);
    if (std::holds_alternative<std::size_t>(path.back())) {
      erase(container, path.back());
      const auto after = parse_jsonc(result);
      if (!after || !same_value(expected, *after)) return changes_more(path);
      return result;
    }
    const auto after = parse_jsonc(result);
    if (!after) return changes_more(path);
    erase(container, path.back());
    auto rest = *after;
    erase(node_at(rest, parent_path), path.back());
    if (!same_value(expected, rest)) return changes_more(path);
  }
}

}  // namespace lmbridge::settings
