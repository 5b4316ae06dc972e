#include "ctl/redaction.hpp"

#include <algorithm>
#include <cctype>

namespace lmbridge::ctl {
namespace {

constexpr std::size_t uuid_length = 36;
constexpr std::size_t kept_of_uuid = 8;
/// So long is nothing but a key.
constexpr std::size_t shortest_key = 16;

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text) {
  if (text.size() < uuid_length) return false;
  for (std::size_t i = 0; i < uuid_length; ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool fits =
        is_dash ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    if (!fits) return false;
  }
  return text.size() == uuid_length || !is_word(text[uuid_length]);
}

/// How long the API key is with which `text` begins; 0 = it does not.
std::size_t key_length(std::string_view text) {
  if (!text.starts_with("sk-")) return 0;
  const auto end = std::ranges::find_if(text.begin() + 3, text.end(),
                                        [](char c) { return !is_word(c) && c != '-' && c != '_'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  return length < shortest_key ? 0 : length;
}

}  // namespace

std::string redacted(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const bool begins_word = result.empty() || !is_word(result.back());
    if (begins_word && is_uuid(text)) {
      result += text.substr(0, kept_of_uuid);
      result += "-...";
      text.remove_prefix(uuid_length);
    } else if (const auto length = begins_word ? key_length(text) : 0; length > 0) {
      result += "sk-...";
      text.remove_prefix(length);
    } else {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace lmbridge::ctl
