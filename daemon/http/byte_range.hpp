// Which part of a file a request asks for (RFC 9110, section 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lmbridge::http {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

/// What the header Range asks for of a file of `size` bytes. Nothing when it asks for several
/// ranges or for what is no range of bytes, which is answered with the whole file; a length of 0
/// when there is nothing of the file in it, which is status 416.
std::optional<ByteRange> parse_byte_range(std::string_view header, std::uint64_t size);

}  // namespace lmbridge::http
