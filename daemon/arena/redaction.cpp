#include "arena/redaction.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace lmbridge::arena {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The characters of tokens, ids, base64, paths and mail addresses.
bool is_word(char c) {
  return is_digit(c) || is_letter(c) || std::string_view("_-+/=.%~@").contains(c);
}

bool may_be_secret(std::string_view word) {
  constexpr std::size_t shortest_token = 20;
  return word.contains('@') ||
         (word.size() >= shortest_token && std::ranges::any_of(word, is_digit));
}

/// Tags open with a letter, "/" or "!"; a lone "<" is text.
bool opens_tag(std::string_view text) {
  if (text.size() < 2 || text[0] != '<') return false;
  return is_letter(text[1]) || text[1] == '/' || text[1] == '!' || text[1] == '?';
}

std::string without_markup(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (opens_tag(text)) {
      const auto end = text.find('>');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      out += ' ';
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string without_secrets(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
    const auto word = text.substr(0, end);
    out += may_be_secret(word) ? "[redacted]" : word;
    text.remove_prefix(end);
    if (text.empty()) break;
    const bool blank = std::string_view(" \t\r\n").contains(text.front());
    if (!blank) out += text.front();
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::string redacted_excerpt(std::string_view text, std::size_t limit) {
  // A bound before the work; generous, because markup and secrets make way for text.
  constexpr std::size_t considered = 4096;
  const auto clean = without_secrets(without_markup(text.substr(0, considered)));
  return base::printable(base::excerpt(base::trimmed(clean), limit));
}

}  // namespace lmbridge::arena
