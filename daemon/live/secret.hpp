// Secrets by which viewers are known. Only their hashes are kept.
#pragma once

#include "base/sha256.hpp"

#include <string>
#include <string_view>

namespace lmbridge::live {

/// 256 bits of the kernel's random numbers, as 43 letters, digits, "-" and "_".
std::string make_secret();

/// Takes time that tells nothing about either.
bool is_same(const base::Digest& a, const base::Digest& b);

}  // namespace lmbridge::live
