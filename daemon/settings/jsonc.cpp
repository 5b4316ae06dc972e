#include "settings/jsonc.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

constexpr int depth_limit = 64;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

using Parsed = std::expected<JsoncNode, JsoncFailure>;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

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

  /// Blanks and comments; stops in front of a comment that is not closed.
  void skip_blanks() {
    for (;;) {
      at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
      const auto rest = text_.substr(at_);
      if (rest.starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      if (!rest.starts_with("/*")) return;
      const auto end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return;
      at_ = end + 2;
    }
  }

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
  std::size_t at_ = 0;
};

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

}  // namespace lmbridge::settings
