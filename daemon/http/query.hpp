// The part of a request's target behind the "?".
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::http {

/// The first parameter called `name`, decoded. Error: invalid_request for a query that is none.
Result<std::optional<std::string>> query_text(std::string_view query, std::string_view name);

/// The same as a whole number from `smallest` to `largest`; `absent` where it is not there. Error:
/// invalid_request, with the parameter's name.
Result<std::size_t> query_number(std::string_view query, std::string_view name,
                                 std::size_t smallest, std::size_t largest, std::size_t absent);

}  // namespace lmbridge::http
