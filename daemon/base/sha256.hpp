// SHA-256, by OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::base {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

/// Its first `length` bytes in lower-case hexadecimal digits.
std::string hexadecimal(const Digest& digest, std::size_t length = Digest().size());

}  // namespace lmbridge::base
