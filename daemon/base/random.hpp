// The kernel's random numbers, for what nobody may guess.
#pragma once

#include <cstddef>
#include <string>

namespace lmbridge::base {

/// At most 256 bytes. Throws std::runtime_error when the kernel has none.
std::string random_bytes(std::size_t count);

}  // namespace lmbridge::base
