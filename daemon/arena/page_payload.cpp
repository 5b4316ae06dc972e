#include "arena/page_payload.hpp"

#include "arena/json_literal.hpp"
#include "base/ids.hpp"

#include <algorithm>

namespace lmbridge::arena {
namespace {

constexpr std::string_view push = "self.__next_f.push([1,";
constexpr std::string_view user_key = "\"initialUser\":{";
constexpr std::string_view id_key = "\"id\":\"";
constexpr std::size_t uuid_length = 36;
/// The first group of a UUID.
constexpr std::size_t mark_length = 8;
/// The id is among the first members.
constexpr std::size_t user_limit = 2000;

/// The string literal at the beginning of `text`, with its quotes; empty when none ends there.
std::string_view leading_literal(std::string_view text) {
  if (!text.starts_with('"')) return {};
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return text.substr(0, i + 1);
    }
  }
  return {};
}

}  // namespace

std::string page_payload(std::string_view html) {
  html = html.substr(0, page_limit);
  std::string payload;
  for (auto at = html.find(push); at != std::string_view::npos; at = html.find(push, at)) {
    at += push.size();
    const auto literal = leading_literal(html.substr(at));
    if (literal.empty()) continue;
    if (check_json_literal(literal).valid) payload += decode_json_literal(literal);
    at += literal.size();
  }
  return payload;
}

std::optional<std::string> account_mark(std::string_view payload) {
  const auto user = payload.find(user_key);
  if (user == std::string_view::npos) return std::nullopt;
  const auto members = payload.substr(user + user_key.size() - 1, user_limit);
  const auto id = members.find(id_key);
  if (id == std::string_view::npos) return std::nullopt;
  const auto value = members.substr(id + id_key.size(), uuid_length);
  if (!base::is_uuid(value)) return std::nullopt;
  return std::string(value.substr(0, mark_length));
}

}  // namespace lmbridge::arena
