#include "arena/redaction.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <vector>

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

std::string with_single_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = std::string_view(" \t\r\n").contains(c);
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

/// Finds which characters of a short text stand in long ones, too, in runs of `shortest` and more.
class QuoteFinder {
 public:
  static constexpr std::size_t shortest = 16;

  explicit QuoteFinder(std::string_view text) : quoted_(text.size(), false) {
    for (std::size_t at = 0; at + shortest <= text.size(); ++at) {
      const auto window = text.substr(at, shortest);
      windows_.emplace(window, at);
      starts_.set(start_of(window));
    }
  }

  void look_into(std::string_view text) {
    for (std::size_t at = 0; at + shortest <= text.size(); ++at) {
      const auto window = text.substr(at, shortest);
      if (!starts_.test(start_of(window))) continue;
      const auto [first, last] = windows_.equal_range(window);
      for (auto found = first; found != last; ++found) {
        std::fill_n(quoted_.begin() + static_cast<std::ptrdiff_t>(found->second), shortest, true);
      }
      // Once is enough, and keeps what repeats itself from costing more.
      windows_.erase(first, last);
    }
  }

  [[nodiscard]] bool quoted(std::size_t at) const { return quoted_[at]; }

 private:
  /// A few bits by which nearly every window of a long text is passed over.
  static std::uint16_t start_of(std::string_view window) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, window.data(), sizeof(bytes));
    return static_cast<std::uint16_t>((bytes * 0x9E3779B1U) >> 16U);
  }

  std::vector<bool> quoted_;
  std::unordered_multimap<std::string_view, std::size_t> windows_;
  std::bitset<65536> starts_;
};

}  // namespace

std::string redacted_excerpt(std::string_view text, std::size_t limit) {
  // A bound before the work; generous, because markup and secrets make way for text.
  constexpr std::size_t considered = 4096;
  const auto clean = without_secrets(without_markup(text.substr(0, considered)));
  return base::printable(base::excerpt(base::trimmed(clean), limit));
}

std::string without_quotes_from(std::string_view text, std::span<const std::string_view> prompts) {
  constexpr std::size_t considered = 4096;
  const auto clean = with_single_blanks(text.substr(0, considered));
  QuoteFinder finder(clean);
  for (const auto prompt : prompts) finder.look_into(with_single_blanks(prompt));
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (!finder.quoted(i)) out += clean[i];
    if (finder.quoted(i) && (i == 0 || !finder.quoted(i - 1))) out += "[prompt]";
  }
  // The cut at a byte may have halved a character.
  return base::printable(out);
}

}  // namespace lmbridge::arena
