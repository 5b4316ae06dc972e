// config/config.jsonc as it is shipped: every key with its default.
#pragma once

#include <string_view>

namespace lmbridge::settings {

extern const std::string_view shipped_config;

}  // namespace lmbridge::settings
