#include "settings/jsonc.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

constexpr int depth_limit = 64;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::size_t start_of(std::string_view text) {
  return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

using Parsed = std::expected<JsoncNode, JsoncFailure>;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), at_(start_of(text)) {}

  Parsed document() {
    auto root = value(0);
    if (!root) return root;
    skip_blanks();
    if (at_ < text_.size()) return failed("something stands after the end of the document");
    return root;
  }

 private:
  /// A comment is only met here when skip_blanks() could not pass it.
  [[nodiscard]] std::unexpected<JsoncFailure> failed(std::string reason) const {
    if (text_.substr(at_).starts_with("/*")) reason = "this comment is never closed";
    return std::unexpected(JsoncFailure{.reason = std::move(reason), .offset = at_});
  }

  [[nodiscard]] bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void skip_blanks() { at_ = settings::skip_blanks(text_, at_); }

  Parsed value(int depth) {
    skip_blanks();
    if (at_ >= text_.size()) return failed("the file ends where a value is expected");
    if (depth > depth_limit) return failed("it is nested too deeply");
    if (at('{')) return object(depth);
    if (at('[')) return array(depth);
    return scalar();
  }

  Parsed object(int depth) {
    JsoncNode node{.value = JsoncNode::Members{}, .begin = at_};
    auto& members = std::get<JsoncNode::Members>(node.value);
    ++at_;
    for (;;) {
      skip_blanks();
      if (at('}')) return closed(std::move(node));
      if (!at('"')) return failed("expected a key in double quotes, or }");
      auto key = scalar();
      if (!key) return key;
      skip_blanks();
      if (!at(':')) return failed("expected : after the key");
      ++at_;
      auto member = value(depth + 1);
      if (!member) return member;
      members.push_back({.key = std::get<std::string>(std::move(key->value)),
                         .key_begin = key->begin,
                         .value = *std::move(member)});
      if (!separator('}')) return failed("expected , or }");
    }
  }

  Parsed array(int depth) {
    JsoncNode node{.value = JsoncNode::Items{}, .begin = at_};
    auto& items = std::get<JsoncNode::Items>(node.value);
    ++at_;
    for (;;) {
      skip_blanks();
      if (at(']')) return closed(std::move(node));
      auto item = value(depth + 1);
      if (!item) return item;
      items.push_back(*std::move(item));
      if (!separator(']')) return failed("expected , or ]");
    }
  }

  /// Takes a comma, which may be a trailing one; leaves the closing bracket in place.
  bool separator(char closing) {
    skip_blanks();
    if (at(closing)) return true;
    if (!at(',')) return false;
    ++at_;
    return true;
  }

  Parsed closed(JsoncNode node) {
    node.end = ++at_;
    return node;
  }

  /// Strings, numbers and words are cut out here and read by Boost.JSON.
  Parsed scalar() {
    const auto end = at('"') ? string_end() : word_end();
    if (end == at_) return failed("expected a value");
    if (end == std::string_view::npos) return failed("this string is never closed");
    boost::system::error_code error;
    const auto parsed = json::parse(text_.substr(at_, end - at_), error);
    if (error) return failed(at('"') ? "this string is not valid" : "this is not a value");
    JsoncNode node{.value = nullptr, .begin = std::exchange(at_, end), .end = end};
    switch (parsed.kind()) {
      case json::kind::string:
        node.value = std::string(parsed.get_string());
        break;
      case json::kind::bool_:
        node.value = parsed.get_bool();
        break;
      case json::kind::int64:
        node.value = parsed.get_int64();
        break;
      case json::kind::uint64:
        node.value = static_cast<double>(parsed.get_uint64());
        break;
      case json::kind::double_:
        node.value = parsed.get_double();
        break;
      default:
        break;  // null
    }
    return node;
  }

  [[nodiscard]] std::size_t string_end() const {
    for (auto i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '"') return i + 1;
      if (text_[i] == '\n') break;
      if (text_[i] == '\\') ++i;
    }
    return std::string_view::npos;
  }

  [[nodiscard]] std::size_t word_end() const {
    return std::min(text_.find_first_of(" \t\r\n,:{}[]\"/", at_), text_.size());
  }

  std::string_view text_;
  std::size_t at_;
};

/// Of equal keys the last counts.
std::map<std::string_view, const JsoncNode*> by_key(const JsoncNode::Members& members) {
  std::map<std::string_view, const JsoncNode*> values;
  for (const auto& member : members) values[member.key] = &member.value;
  return values;
}

bool has_same_members(const JsoncNode::Members& a, const JsoncNode::Members& b) {
  return std::ranges::equal(by_key(a), by_key(b), [](const auto& ours, const auto& theirs) {
    return ours.first == theirs.first && same_value(*ours.second, *theirs.second);
  });
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset) {
  Position position;
  const auto before = text.substr(0, offset);
  const auto line_start = before.rfind('\n');
  auto line = line_start == std::string_view::npos ? before : before.substr(line_start + 1);
  if (line_start == std::string_view::npos && line.starts_with(byte_order_mark)) {
    line.remove_prefix(byte_order_mark.size());
  }
  position.line += static_cast<std::size_t>(std::ranges::count(before, '\n'));
  position.column += static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  return position;
}

std::expected<JsoncNode, JsoncFailure> parse_jsonc(std::string_view text) {
  return Parser(text).document();
}

std::size_t skip_blanks(std::string_view text, std::size_t offset) {
  for (;;) {
    offset = std::min(text.find_first_not_of(" \t\r\n", offset), text.size());
    const auto rest = text.substr(offset);
    if (rest.starts_with("//")) {
      offset = std::min(text.find('\n', offset), text.size());
      continue;
    }
    if (!rest.starts_with("/*")) return offset;
    const auto end = text.find("*/", offset + 2);
    if (end == std::string_view::npos) return offset;
    offset = end + 2;
  }
}

bool is_blank(std::string_view text) {
  return skip_blanks(text, start_of(text)) == text.size();
}

const JsoncMember* find_member(const JsoncNode& object, std::string_view key) {
  const auto* members = std::get_if<JsoncNode::Members>(&object.value);
  if (members == nullptr) return nullptr;
  // As in every JSON parser that takes duplicates.
  const auto found = std::find_if(members->rbegin(), members->rend(),
                                  [key](const JsoncMember& member) { return member.key == key; });
  return found == members->rend() ? nullptr : &*found;
}

bool same_value(const JsoncNode& a, const JsoncNode& b) {
  if (a.value.index() != b.value.index()) return false;
  if (const auto* items = std::get_if<JsoncNode::Items>(&a.value))
    return std::ranges::equal(*items, std::get<JsoncNode::Items>(b.value), same_value);
  if (const auto* members = std::get_if<JsoncNode::Members>(&a.value))
    return has_same_members(*members, std::get<JsoncNode::Members>(b.value));
  return std::visit(
      [&b]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, JsoncNode::Items> ||
                      std::is_same_v<T, JsoncNode::Members>) {
          return false;  // seen above
        } else {
          return value == std::get<T>(b.value);
        }
      },
      a.value);
}

}  // namespace lmbridge::settings
