// The message that is put behind every conversation (`bypass_*` of config.jsonc).
#pragma once

#include "arena/shaping.hpp"
#include "settings/section.hpp"

namespace lmbridge::settings {

/// `bypass_enabled` switches all of it; `bypass_settings` chooses the types of models, text alone
/// where it is absent; `bypass_injection` names the message. Without a message nothing is injected,
/// which is warned about.
void read_injection(Section& root, arena::Injection& injection);

}  // namespace lmbridge::settings
