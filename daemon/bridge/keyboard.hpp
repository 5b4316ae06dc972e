// Keys by the names that people write: "Enter", "a", "Control+Shift+ArrowLeft".
#pragma once

#include "base/error.hpp"
#include "cdp/protocol_input.hpp"

#include <string_view>
#include <vector>

namespace lmbridge::bridge {

/// The events of pressing and letting go of a key with its modifiers (Alt, Control, Meta, Shift,
/// in front of it with a plus sign). Fails with invalid_request for a key that there is not.
Result<std::vector<cdp::input::DispatchKeyEvent>> key_events(std::string_view name);

}  // namespace lmbridge::bridge
