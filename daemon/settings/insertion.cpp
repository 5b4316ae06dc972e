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

void insert_behind_last(std::string& text, const JsoncMember& last, std::string_view unit,
                        std::string_view key, std::string_view value) {
  const auto value_end = last.value.end;
  const auto separator = skip_blanks(text, value_end);
  const bool has_comma = text[separator] == ',';
  const auto tail = tail_of(text, has_comma ? separator + 1 : value_end);
  const bool compact = text[last.value.begin - 1] == ':';
  auto member = member_text(key, value, compact);
  if (has_comma) member += ',';
  if (begins_line(text, last.key_begin)) {
    member = fmt::format("{}{}{}", line_end_of(text), indent_of(text, last.key_begin), member);
  } else if (tail.has_line_comment) {
    member =
        fmt::format("{}{}{}{}", line_end_of(text), indent_of(text, last.key_begin), unit, member);
  } else if (!compact) {
    member.insert(0, " ");
  }
  text.insert(tail.end, member);
  // Behind the value itself, lest it lands in a comment.
  if (!has_comma) text.insert(value_end, ",");
}

void insert_as_first(std::string& text, const JsoncNode& object, std::string_view unit,
                     bool in_line, std::string_view key, std::string_view value) {
  const auto closing = object.end - 1;
  // Behind the comments that stand where the members would.
  auto end = object.begin + 1;
  for (auto tail = tail_of(text, end);; tail = tail_of(text, end)) {
    end = tail.end;
    const auto next = text.find_first_not_of(" \t\r\n", end);
    if (next >= closing) break;
    end = next;
  }
  if (in_line) {
    text.insert(end, member_text(key, value, !text.contains(": ")));
    return;
  }
  const std::string base_indent(indent_of(text, object.begin));
  const std::string line_end(line_end_of(text));
  auto member =
      fmt::format("{}{}{}{}", line_end, base_indent, unit, member_text(key, value, false));
  const bool closes_on_a_line_of_its_own =
      text.substr(end, closing - end).find('\n') != std::string::npos;
  if (!closes_on_a_line_of_its_own) member += line_end + base_indent;
  text.insert(end, member);
}

}  // namespace

void insert_member(std::string& text, const JsoncNode& root, const JsoncNode& object,
                   std::string_view key, std::string_view value) {
  const std::string unit(indent_unit(text, root));
  const auto& members = std::get<JsoncNode::Members>(object.value);
  if (members.empty()) {
    const bool in_line =
        object.begin != root.begin &&
        text.substr(root.begin, root.end - root.begin).find('\n') == std::string::npos;
    insert_as_first(text, object, unit, in_line, key, value);
  } else {
    insert_behind_last(text, members.back(), unit, key, value);
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
