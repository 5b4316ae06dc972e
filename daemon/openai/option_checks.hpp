// Checks of the optional fields of a chat request: their types and ranges, as OpenAI has them.
#pragma once

#include "base/error.hpp"

#include <boost/json/object.hpp>

#include <optional>

namespace lmbridge::openai {

/// The first field of `request` whose value cannot be right, or asks for what the bridge cannot do
/// (tools, functions). Fields that are null count as absent; unknown ones pass.
std::optional<Error> check_options(const boost::json::object& request);

}  // namespace lmbridge::openai
