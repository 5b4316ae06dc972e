#include "settings/edit.hpp"

#include "settings/files.hpp"
#include "settings/insertion.hpp"
#include "settings/jsonc.hpp"
#include "settings/removal.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

/// For the edits of other programs, each of which takes as long as the disk needs.
constexpr std::chrono::seconds longest_wait{10};

template <class... Arguments>
std::unexpected<Error> refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format(format, std::forward<Arguments>(arguments)...));
}

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

Result<JsoncNode> parse_text(std::string_view text) {
  auto parsed = parse_jsonc(text);
  if (parsed) return *std::move(parsed);
  const auto [line, column] = position_of(text, parsed.error().offset);
  return refuse("it can't be edited, because it is not valid: line {}, column {}: {}", line, column,
                parsed.error().reason);
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

/// As far down `path` as there are values.
struct Place {
  const JsoncNode* node = nullptr;
  std::size_t depth = 0;
};

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

/// Puts the value into its place; each missing object on the way is made as an empty one first, so
/// that its member is laid out like every other.
Result<std::string> set(std::string text, const Edit& edit) {
  const std::span<const Step> path = edit.path;
  const auto value = json::serialize(edit.value);
  const auto wanted = parse_jsonc(value);
  if (!wanted) return refuse("the value for {} is no JSON", describe(path));
  for (;;) {
    const auto root = parse_text(text);
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
      append_item(text, *root, node, value);
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

/// The file that `file` stands for, locked against other editors as long as this lives.
struct LockedFile {
  fs::path target;
  DirectoryLock lock;
};

Result<LockedFile> lock_file(const fs::path& file) {
  std::error_code error;
  auto target = fs::canonical(file, error);
  if (error) return refuse("{}: can't be changed: {}", file.string(), error.message());
  auto lock = DirectoryLock::acquire(target.parent_path(), longest_wait);
  if (!lock) return std::unexpected(lock.error());
  return LockedFile{.target = std::move(target), .lock = *std::move(lock)};
}

}  // namespace

Result<std::string> edit(std::string_view text, std::span<const Edit> edits) {
  std::string current(text);
  if (is_blank(text) && !edits.empty()) current = with_empty_object(text);
  for (const auto& each : edits) {
    const auto before = parse_text(current);
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
  const auto root = parse_text(text);
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

Result<void> edit_file(const fs::path& file, std::span<const Edit> edits) {
  const auto locked = lock_file(file);
  if (!locked) return std::unexpected(locked.error());
  const auto before = read_file(locked->target);
  if (!before) return std::unexpected(before.error());
  const auto after = edit(*before, edits);
  if (!after) {
    return fail(after.error().code,
                fmt::format("{}: {}", locked->target.string(), after.error().message));
  }
  if (*after == *before) return {};
  return replace_file(locked->target, *after);
}

Result<void> exchange_text(const fs::path& file, std::string_view before, std::string_view after) {
  const auto locked = lock_file(file);
  if (!locked) return std::unexpected(locked.error());
  const auto now = read_file(locked->target);
  if (!now) return std::unexpected(now.error());
  if (*now != before) {
    return refuse("{}: was changed by another program at the same moment; try again",
                  locked->target.string());
  }
  if (after == before) return {};
  return replace_file(locked->target, after);
}

}  // namespace lmbridge::settings
