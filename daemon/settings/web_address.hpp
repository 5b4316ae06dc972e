// Addresses in the configuration.
#pragma once

#include <string_view>

namespace lmbridge::settings {

/// Whether it is an http: or https: link.
bool is_web_address(std::string_view text);

}  // namespace lmbridge::settings
