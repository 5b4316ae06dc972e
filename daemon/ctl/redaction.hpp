// Takes out of a text what must not be shown around.
#pragma once

#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// Without what follows "sk-" in API keys, and of each UUID (the ids of sessions and messages) only
/// the beginning, so that equal ones are still seen to be equal.
std::string redacted(std::string_view text);

}  // namespace lmbridge::ctl
