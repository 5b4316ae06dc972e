#include "http/byte_range.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace lmbridge::http {
namespace {

constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

/// Digits and nothing else; what no number can hold is as large as one can be.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? number : unlimited;
}

}  // namespace

std::optional<ByteRange> parse_byte_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!base::equals_ignoring_case(header.substr(0, unit.size()), unit)) return std::nullopt;
  const auto range = base::trimmed(header.substr(unit.size()));
  const auto hyphen = range.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const auto last = parse_number(range.substr(hyphen + 1));
  if (hyphen == 0) {
    if (!last) return std::nullopt;
    const auto length = std::min(*last, size);
    return ByteRange{.offset = size - length, .length = length};
  }
  const auto first = parse_number(range.substr(0, hyphen));
  const bool is_open = range.size() == hyphen + 1;
  if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) return ByteRange{};
  const auto end = is_open || *last >= size ? size : *last + 1;
  return ByteRange{.offset = *first, .length = end - *first};
}

}  // namespace lmbridge::http
