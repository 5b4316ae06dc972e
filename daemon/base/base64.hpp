// Base64 with the standard alphabet (RFC 4648, section 4).
#pragma once

#include <string>
#include <string_view>

namespace lmbridge::base {

/// Whether all of `text` is of the alphabet; padding is not. Fast enough for tens of megabytes.
bool is_base64_alphabet(std::string_view text);

/// With padding.
std::string base64_encoded(std::string_view bytes);

/// The bytes that `text`, all of the alphabet but for padding at its end, stands for. Bits that
/// make no whole byte are dropped, so that any beginning of a longer text can be read.
std::string base64_decoded(std::string_view text);

}  // namespace lmbridge::base
