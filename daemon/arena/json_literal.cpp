#include "arena/json_literal.hpp"

#include "base/text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace lmbridge::arena {
namespace {

static_assert(std::endian::native == std::endian::little,
              "skip_plain() counts bytes from the low end");

constexpr std::uint64_t every_byte(std::uint8_t value) {
  return 0x0101010101010101ULL * value;
}

/// The high bit of each byte of `word` that is zero; bytes above the lowest such one may be marked
/// although they are not.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - every_byte(1)) & ~word;
}

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

/// The first index from `i` on that needs a closer look: a quote, a backslash, a control character
/// or a byte beyond ASCII. Eight bytes a step, because nearly all of an answer is plain.
std::size_t skip_plain(std::string_view text, std::size_t i) {
  while (i + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof(word));
    const auto control = (word - every_byte(0x20)) & ~word;
    const auto quote = zero_bytes(word ^ every_byte('"'));
    const auto backslash = zero_bytes(word ^ every_byte('\\'));
    const auto special = (word | control | quote | backslash) & every_byte(0x80);
    if (special != 0) return i + static_cast<std::size_t>(std::countr_zero(special)) / 8;
    i += 8;
  }
  while (i < text.size()) {
    const auto byte = byte_at(text, i);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
    ++i;
  }
  return i;
}

/// The length of the sequence at `i`, 0 when it is none. Three-byte sequences, which is most of
/// CJK, are decided here without a call.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const auto first = byte_at(text, i);
  if (first > 0xE0 && first < 0xF0 && first != 0xED && i + 2 < text.size()) {
    const bool continued =
        (byte_at(text, i + 1) & 0xC0U) == 0x80U && (byte_at(text, i + 2) & 0xC0U) == 0x80U;
    return continued ? 3 : 0;
  }
  return base::utf8_sequence_length(text.substr(i));
}

/// The value of four hexadecimal digits at `i`, or -1.
std::int32_t hex4(std::string_view text, std::size_t i) {
  if (i + 4 > text.size()) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(i, 4)) {
    value *= 16;
    if (c >= '0' && c <= '9') {
      value += c - '0';
    } else if (c >= 'a' && c <= 'f') {
      value += c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      value += c - 'A' + 10;
    } else {
      return -1;
    }
  }
  return value;
}

bool is_high_surrogate(std::int32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low_surrogate(std::int32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// The length of the escape whose backslash stands at `i`, 0 when it is none. Both halves of a
/// surrogate pair are one escape.
std::size_t escape_length(std::string_view text, std::size_t i) {
  if (i + 1 >= text.size()) return 0;
  if (text[i + 1] != 'u') {
    return std::string_view("\"\\/bfnrt").contains(text[i + 1]) ? 2 : 0;
  }
  const auto unit = hex4(text, i + 2);
  if (unit < 0 || is_low_surrogate(unit)) return 0;
  if (!is_high_surrogate(unit)) return 6;
  const bool paired = text.substr(i + 6, 2) == "\\u" && is_low_surrogate(hex4(text, i + 8));
  return paired ? 12 : 0;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

void append_escape(std::string& out, std::string_view escape) {
  switch (escape[1]) {
    case 'b':
      out += '\b';
      break;
    case 'f':
      out += '\f';
      break;
    case 'n':
      out += '\n';
      break;
    case 'r':
      out += '\r';
      break;
    case 't':
      out += '\t';
      break;
    case 'u': {
      auto code_point = static_cast<std::uint32_t>(hex4(escape, 2));
      if (escape.size() == 12) {
        const auto low = static_cast<std::uint32_t>(hex4(escape, 8));
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
      }
      append_utf8(out, code_point);
      break;
    }
    default:
      out += escape[1];
  }
}

}  // namespace

LiteralCheck check_json_literal(std::string_view text) {
  LiteralCheck check;
  if (text.size() < 2 || text.front() != '"') return check;
  std::size_t i = 1;
  while ((i = skip_plain(text, i)) < text.size()) {
    const auto byte = byte_at(text, i);
    if (byte == '"') {
      check.valid = i + 1 == text.size();
      return check;
    }
    if (byte < 0x20) return check;
    check.has_escapes |= byte == '\\';
    auto length = byte == '\\' ? escape_length(text, i) : sequence_length(text, i);
    // Beyond ASCII comes in runs: stay here until the run ends.
    while (length != 0) {
      i += length;
      if (i >= text.size() || byte_at(text, i) < 0x80) break;
      length = sequence_length(text, i);
    }
    if (length == 0) return check;
  }
  return check;
}

std::string decode_json_literal(std::string_view literal) {
  const auto interior = literal.substr(1, literal.size() - 2);
  std::string text;
  text.reserve(interior.size());
  std::size_t i = 0;
  while (i < interior.size()) {
    const auto backslash = std::min(interior.find('\\', i), interior.size());
    text += interior.substr(i, backslash - i);
    if (backslash == interior.size()) break;
    const auto length = escape_length(interior, backslash);
    append_escape(text, interior.substr(backslash, length));
    i = backslash + length;
  }
  return text;
}

}  // namespace lmbridge::arena
