#include "settings/insertion.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lmbridge::settings {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view line_end_of(std::string_view text) {
  const auto end = text.find('\n');
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

/// Where the line of `offset` begins, behind a byte order mark.
std::size_t line_begin(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset).rfind('\n');
  if (before != std::string_view::npos) return before + 1;
  return text.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

/// The blanks in front of the line of `offset`.
std::string_view indent_of(std::string_view text, std::size_t offset) {
  const auto line = text.substr(line_begin(text, offset));
  return line.substr(0, std::min(line.find_first_not_of(blanks), line.size()));
}

/// Nothing but blanks stands in front of it on its line.
bool begins_line(std::string_view text, std::size_t offset) {
  return line_begin(text, offset) + indent_of(text, offset).size() == offset;
}

/// How far the members of the root stand from the margin.
std::string_view indent_unit(std::string_view text, const JsoncNode& root) {
  const auto* members = std::get_if<JsoncNode::Members>(&root.value);
  if (members != nullptr && !members->empty() && begins_line(text, members->front().key_begin)) {
    const auto indent = indent_of(text, members->front().key_begin);
    if (!indent.empty()) return indent;
  }
  return "  ";
}

/// The end of what belongs to the line of `offset`: blanks and comments up to the line's end.
struct Tail {
  std::size_t end = 0;
  /// A comment that reaches to the end of its line.
  bool has_line_comment = false;
};

Tail tail_of(std::string_view text, std::size_t offset) {
  Tail tail{.end = offset};
  for (;;) {
    const auto at = std::min(text.find_first_not_of(blanks, tail.end), text.size());
    const auto rest = text.substr(at);
    if (rest.starts_with("//")) {
      auto end = std::min(text.find('\n', at), text.size());
      if (text[end - 1] == '\r' && end < text.size()) --end;
      return {.end = end, .has_line_comment = true};
    }
    if (!rest.starts_with("/*")) return tail;
    tail.end = text.find("*/", at + 2) + 2;
  }
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

/// What a new neighbour goes behind.
struct Last {
  std::size_t begin = 0;
  std::size_t value_end = 0;
};

void insert_behind_last(std::string& text, const Last& last, std::string_view unit,
                        std::string addition, bool compact) {
  const auto separator = skip_blanks(text, last.value_end);
  const bool has_comma = text[separator] == ',';
  const auto tail = tail_of(text, has_comma ? separator + 1 : last.value_end);
  if (has_comma) addition += ',';
  if (begins_line(text, last.begin)) {
    addition = fmt::format("{}{}{}", line_end_of(text), indent_of(text, last.begin), addition);
  } else if (tail.has_line_comment) {
    addition =
        fmt::format("{}{}{}{}", line_end_of(text), indent_of(text, last.begin), unit, addition);
  } else if (!compact) {
    addition.insert(0, " ");
  }
  text.insert(tail.end, addition);
  // Behind the value itself, lest it lands in a comment.
  if (!has_comma) text.insert(last.value_end, ",");
}

/// `container` is an object or an array without anything in it but comments.
void insert_as_first(std::string& text, const JsoncNode& container, std::string_view unit,
                     bool in_line, std::string_view addition) {
  const auto closing = container.end - 1;
  // Behind the comments that stand where the members would.
  auto end = container.begin + 1;
  for (auto tail = tail_of(text, end);; tail = tail_of(text, end)) {
    end = tail.end;
    const auto next = text.find_first_not_of(" \t\r\n", end);
    if (next >= closing) break;
    end = next;
  }
  if (in_line) {
    text.insert(end, addition);
    return;
  }
  const std::string base_indent(indent_of(text, container.begin));
  const std::string line_end(line_end_of(text));
  auto lines = fmt::format("{}{}{}{}", line_end, base_indent, unit, addition);
  const bool closes_on_a_line_of_its_own =
      text.substr(end, closing - end).find('\n') != std::string::npos;
  if (!closes_on_a_line_of_its_own) lines += line_end + base_indent;
  text.insert(end, lines);
}

/// Whether the whole document, but for `container`, is one line.
bool is_in_line(std::string_view text, const JsoncNode& root, const JsoncNode& container) {
  return container.begin != root.begin &&
         text.substr(root.begin, root.end - root.begin).find('\n') == std::string_view::npos;
}

}  // namespace

void insert_member(std::string& text, const JsoncNode& root, const JsoncNode& object,
                   std::string_view key, std::string_view value) {
  const std::string unit(indent_unit(text, root));
  const auto& members = std::get<JsoncNode::Members>(object.value);
  if (members.empty()) {
    const bool in_line = is_in_line(text, root, object);
    const bool compact = in_line && !text.contains(": ");
    insert_as_first(text, object, unit, in_line, member_text(key, value, compact));
    return;
  }
  const auto& last = members.back();
  const bool compact = text[last.value.begin - 1] == ':';
  insert_behind_last(text, {.begin = last.key_begin, .value_end = last.value.end}, unit,
                     member_text(key, value, compact), compact);
}

void insert_item(std::string& text, const JsoncNode& root, const JsoncNode& array,
                 std::string_view value) {
  const std::string unit(indent_unit(text, root));
  const auto& items = std::get<JsoncNode::Items>(array.value);
  if (items.empty()) {
    insert_as_first(text, array, unit, is_in_line(text, root, array), value);
    return;
  }
  const auto& last = items.back();
  insert_behind_last(text, {.begin = last.begin, .value_end = last.end}, unit, std::string(value),
                     !text.contains(": "));
}

void take_out(std::string& text, std::size_t begin, std::size_t end, std::size_t before) {
  const auto separator = skip_blanks(text, end);
  const bool has_comma = separator < text.size() && text[separator] == ',';
  const auto behind = has_comma ? separator + 1 : end;
  const auto tail = tail_of(text, behind);
  const auto line_end = text.find_first_not_of(blanks, tail.end);
  const bool ends_line =
      line_end == std::string::npos || text[line_end] == '\n' || text[line_end] == '\r';
  if (begins_line(text, begin) && ends_line) {
    const auto from = line_begin(text, begin);
    const auto newline = text.find('\n', tail.end);
    text.erase(from, (newline == std::string::npos ? text.size() : newline + 1) - from);
  } else {
    const auto next = std::min(text.find_first_not_of(blanks, behind), text.size());
    text.erase(begin, next - begin);
  }
  if (!has_comma && before > 0) {
    // Never behind what was taken out: it was the last.
    const auto comma = skip_blanks(text, before);
    if (comma < text.size() && text[comma] == ',') text.erase(comma, 1);
  }
}

std::string with_empty_object(std::string_view text) {
  std::string object(text);
  const auto line = object.substr(line_begin(object, object.size()));
  // Behind a comment of the last line it would be a part of it.
  if (!line.empty()) object += line_end_of(text);
  return object + "{}" + std::string(line_end_of(text));
}

}  // namespace lmbridge::settings
