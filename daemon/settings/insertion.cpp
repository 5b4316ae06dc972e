#include "settings/insertion.hpp"

#include "base/text.hpp"
#include "settings/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lmbridge::settings {
namespace {

/// How far the members of the root stand from the margin.
std::string_view indent_unit(std::string_view text, const JsoncNode& root) {
  const auto* members = std::get_if<JsoncNode::Members>(&root.value);
  if (members != nullptr && !members->empty() && begins_line(text, members->front().key_begin)) {
    const auto indent = indent_of(text, members->front().key_begin);
    if (!indent.empty()) return indent;
  }
  return "  ";
}

std::string quote(std::string_view key) {
  std::string quoted;
  base::append_json_string(quoted, key);
  return quoted;
}

/// `"key": value`, without the blank where the neighbour has none.
std::string member_text(std::string_view key, std::string_view value, bool compact) {
  return fmt::format("{}:{}{}", quote(key), compact ? "" : " ", value);
}

/// What is put into a list, behind an entry of it.
struct Neighbour {
  std::size_t begin = 0;
  std::size_t end = 0;
};

void insert_behind(std::string& text, const Neighbour& last, std::string_view unit,
                   std::string entry, bool compact) {
  const auto separator = skip_blanks(text, last.end);
  const bool has_comma = text[separator] == ',';
  const auto tail = tail_of(text, has_comma ? separator + 1 : last.end);
  if (has_comma) entry += ',';
  if (begins_line(text, last.begin)) {
    entry = fmt::format("{}{}{}", line_end_of(text), indent_of(text, last.begin), entry);
  } else if (tail.has_line_comment) {
    entry = fmt::format("{}{}{}{}", line_end_of(text), indent_of(text, last.begin), unit, entry);
  } else if (!compact) {
    entry.insert(0, " ");
  }
  text.insert(tail.end, entry);
  // Behind the value itself, lest it lands in a comment.
  if (!has_comma) text.insert(last.end, ",");
}

/// `container` is empty.
void insert_as_first(std::string& text, const JsoncNode& container, std::string_view unit,
                     bool in_line, std::string_view entry) {
  const auto closing = container.end - 1;
  // Behind the comments that stand where the entries would.
  auto end = container.begin + 1;
  for (auto tail = tail_of(text, end);; tail = tail_of(text, end)) {
    end = tail.end;
    const auto next = text.find_first_not_of(" \t\r\n", end);
    if (next >= closing) break;
    end = next;
  }
  if (in_line) {
    text.insert(end, entry);
    return;
  }
  const std::string base_indent(indent_of(text, container.begin));
  const std::string line_end(line_end_of(text));
  auto lines = fmt::format("{}{}{}{}", line_end, base_indent, unit, entry);
  const bool closes_on_a_line_of_its_own =
      text.substr(end, closing - end).find('\n') != std::string::npos;
  if (!closes_on_a_line_of_its_own) lines += line_end + base_indent;
  text.insert(end, lines);
}

/// The whole text is one line, in which an empty object or array stays, too.
bool stays_in_line(std::string_view text, const JsoncNode& root, const JsoncNode& container) {
  return container.begin != root.begin &&
         text.substr(root.begin, root.end - root.begin).find('\n') == std::string_view::npos;
}

}  // namespace

void insert_member(std::string& text, const JsoncNode& root, const JsoncNode& object,
                   std::string_view key, std::string_view value) {
  const std::string unit(indent_unit(text, root));
  const auto& members = std::get<JsoncNode::Members>(object.value);
  if (members.empty()) {
    const bool in_line = stays_in_line(text, root, object);
    const bool compact = in_line && !text.contains(": ");
    return insert_as_first(text, object, unit, in_line, member_text(key, value, compact));
  }
  const auto& last = members.back();
  const bool compact = text[last.value.begin - 1] == ':';
  insert_behind(text, {.begin = last.key_begin, .end = last.value.end}, unit,
                member_text(key, value, compact), compact);
}

void insert_item(std::string& text, const JsoncNode& root, const JsoncNode& array,
                 std::string_view value) {
  const std::string unit(indent_unit(text, root));
  const auto& items = std::get<JsoncNode::Items>(array.value);
  if (items.empty()) {
    return insert_as_first(text, array, unit, stays_in_line(text, root, array), value);
  }
  const bool compact =
      items.size() > 1 ? text[items.back().begin - 1] == ',' : !text.contains(": ");
  insert_behind(text, {.begin = items.back().begin, .end = items.back().end}, unit,
                std::string(value), compact);
}

std::string with_empty_object(std::string_view text) {
  std::string object(text);
  const auto line = object.substr(line_begin(object, object.size()));
  // Behind a comment of the last line it would be a part of it.
  if (!line.empty()) object += line_end_of(text);
  return object + "{}" + std::string(line_end_of(text));
}

}  // namespace lmbridge::settings
