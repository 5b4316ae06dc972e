// What failure.cpp needs of words: the sentence for each failure, and searching without case.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace lmbridge::arena {

/// One sentence that says what happened and what to do, for each code that this room reports.
std::string sentence(ErrorCode code);

/// Where `needle` first occurs in `text` when the case of ASCII letters does not count; npos when
/// it does not, or when it is empty.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle);

bool contains_ignoring_case(std::string_view text, std::string_view needle);

}  // namespace lmbridge::arena
