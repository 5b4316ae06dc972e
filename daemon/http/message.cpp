#include "http/message.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace lmbridge::http {

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const auto found = std::ranges::find_if(entries_, [name](const Entry& entry) {
    return base::equals_ignoring_case(entry.first, name);
  });
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [name](const Entry& entry) {
    return base::equals_ignoring_case(entry.first, name);
  }));
}

Response json_response(unsigned status, std::string body) {
  return {
      .status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    unsigned byte = 0;
    const auto* digits = text.data() + i + 1;
    const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
    if (error != std::errc() || end != digits + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

}  // namespace lmbridge::http
