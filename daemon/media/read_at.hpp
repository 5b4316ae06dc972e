// Reading from files that are open.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace lmbridge::media {

/// Blocks. The bytes from `offset` on, `length` of them unless the file ends before. Error:
/// internal.
Result<std::string> read_at(int descriptor, std::uint64_t offset, std::size_t length);

}  // namespace lmbridge::media
