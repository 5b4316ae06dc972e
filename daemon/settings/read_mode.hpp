// What two of the files say of a session: its kind, and where its ids come from.
#pragma once

#include "arena/endpoint_map.hpp"
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

inline void read_id_origin(Section& section, arena::IdOrigin& origin) {
  section.read("captured_at", origin.captured_at);
  section.read("account", origin.account);
}

}  // namespace lmbridge::settings
