#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace lmbridge::base {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto values = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

}  // namespace

bool is_base64_alphabet(std::string_view text) {
  // Without a branch, so that it becomes vector code.
  unsigned foreign = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const auto letter = static_cast<std::uint8_t>((byte | 0x20U) - 'a');
    const auto digit = static_cast<std::uint8_t>(byte - '0');
    const bool known = (letter < 26) | (digit < 10) | (byte == '+') | (byte == '/');
    foreign |= static_cast<unsigned>(!known);
  }
  return foreign == 0;
}

std::string base64_encoded(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned waiting = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<std::uint8_t>(c);
    for (waiting += 8; waiting >= 6;) {
      waiting -= 6;
      out += alphabet[(bits >> waiting) & 0x3FU];
    }
  }
  if (waiting > 0) out += alphabet[(bits << (6 - waiting)) & 0x3FU];
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string base64_decoded(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned waiting = 0;
  for (const char c : text) {
    bits = (bits << 6U) | values[static_cast<std::uint8_t>(c)];
    waiting += 6;
    if (waiting < 8) continue;
    waiting -= 8;
    out += static_cast<char>((bits >> waiting) & 0xFFU);
  }
  return out;
}

}  // namespace lmbridge::base
