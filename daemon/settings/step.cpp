#include "settings/step.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace {

template <class... Arguments>
std::unexpected<Error> refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// The value one step below `node`; nullptr for a member that is missing, and behind the last item.
Result<const JsoncNode*> descend(const JsoncNode& node, std::span<const Step> path,
                                 std::size_t depth) {
  const auto here = path.first(depth);
  if (const auto* index = std::get_if<std::size_t>(&path[depth])) {
    const auto* items = std::get_if<JsoncNode::Items>(&node.value);
    if (items != nullptr && *index < items->size()) return &(*items)[*index];
    if (items != nullptr && *index == items->size() && depth + 1 == path.size()) return nullptr;
    return refuse("{} has no item {}", describe(here), *index);
  }
  if (!std::holds_alternative<JsoncNode::Members>(node.value))
    return refuse("{} is no object", describe(here));
  const auto* member = find_member(node, std::get<std::string>(path[depth]));
  return member == nullptr ? nullptr : &member->value;
}

}  // namespace

std::string describe(std::span<const Step> path) {
  std::string text;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      text += fmt::format("[{}]", *index);
    } else {
      text += (text.empty() ? "" : ".") + std::get<std::string>(step);
    }
  }
  return text.empty() ? "the file" : text;
}

Result<JsoncNode> parse_to_edit(std::string_view text) {
  auto parsed = parse_jsonc(text);
  if (parsed) return *std::move(parsed);
  const auto [line, column] = position_of(text, parsed.error().offset);
  return refuse("it can't be edited, because it is not valid: line {}, column {}: {}", line, column,
                parsed.error().reason);
}

Result<Place> find_place(const JsoncNode& root, std::span<const Step> path) {
  Place place{.node = &root};
  while (place.depth < path.size()) {
    const auto next = descend(*place.node, path, place.depth);
    if (!next) return std::unexpected(next.error());
    if (*next == nullptr) break;
    place = {.node = *next, .depth = place.depth + 1};
  }
  return place;
}

}  // namespace lmbridge::settings
