#include "base/ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace lmbridge::base {

std::string RandomIds::uuid() {
  const auto word = [this] { return static_cast<std::uint32_t>(device_()); };
  const auto time_high = (word() & 0x0fffU) | 0x4000U;   // version 4 (RFC 9562, section 5.4)
  const auto clock_high = (word() & 0x3fffU) | 0x8000U;  // the RFC's variant
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:08x}{:04x}", word(), word() & 0xffffU,
                     time_high, clock_high, word(), word() & 0xffffU);
}

std::string RandomIds::token() {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
  std::string token(24, '\0');
  std::ranges::generate(token, [&] { return alphabet[pick(device_)]; });
  return token;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace lmbridge::base
