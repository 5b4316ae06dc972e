// The words for the kind of a session, which two of the files use.
#pragma once

#include "arena/types.hpp"
#include "settings/section.hpp"

#include <string_view>

namespace lmbridge::settings {

inline void read_mode(Section& section, std::string_view key, arena::Mode& mode) {
  section.read(key, mode,
               {{"direct_chat", arena::Mode::direct_chat}, {"battle", arena::Mode::battle}});
}

inline void read_battle_target(Section& section, std::string_view key, char& target) {
  section.read(key, target, {{"A", 'a'}, {"B", 'b'}});
}

}  // namespace lmbridge::settings
