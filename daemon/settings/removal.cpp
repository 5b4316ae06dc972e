#include "settings/removal.hpp"

#include "settings/layout.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace lmbridge::settings {
namespace {

struct Entry {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Entry> entries_of(const JsoncNode& container) {
  std::vector<Entry> entries;
  if (const auto* items = std::get_if<JsoncNode::Items>(&container.value)) {
    for (const auto& item : *items) entries.push_back({.begin = item.begin, .end = item.end});
    return entries;
  }
  for (const auto& member : std::get<JsoncNode::Members>(container.value)) {
    entries.push_back({.begin = member.key_begin, .end = member.value.end});
  }
  return entries;
}

/// Where the next line begins, if nothing but its end stands at `offset`; else `offset`.
std::size_t behind_line_end(std::string_view text, std::size_t offset) {
  const auto rest = text.substr(offset);
  if (rest.starts_with("\r\n")) return offset + 2;
  return rest.starts_with('\n') ? offset + 1 : offset;
}

/// What goes with an entry that ends, with its comma if it has one, at `end`.
Entry extent_of(std::string_view text, std::size_t begin, std::size_t end) {
  const auto skip = [text](std::size_t offset) {
    return std::min(text.find_first_not_of(blanks, offset), text.size());
  };
  if (begins_line(text, begin)) {
    const auto tail = skip(tail_of(text, end).end);
    const auto next_line = behind_line_end(text, tail);
    if (next_line != tail) return {.begin = line_begin(text, begin), .end = next_line};
    return {.begin = begin, .end = skip(end)};
  }
  // The blanks on one of its sides are enough for what is left.
  const auto before = text.substr(0, begin).find_last_not_of(blanks);
  return {.begin = before == std::string_view::npos ? 0 : before + 1, .end = end};
}

}  // namespace

void remove_entry(std::string& text, const JsoncNode& container, std::size_t index) {
  const auto entries = entries_of(container);
  const auto& entry = entries.at(index);
  const auto separator = skip_blanks(text, entry.end);
  const bool has_comma = text[separator] == ',';
  const auto extent = extent_of(text, entry.begin, has_comma ? separator + 1 : entry.end);
  text.erase(extent.begin, extent.end - extent.begin);
  // The one in front is the last now, and has a comma only because it was not.
  if (!has_comma && index > 0) text.erase(skip_blanks(text, entries[index - 1].end), 1);
}

}  // namespace lmbridge::settings
