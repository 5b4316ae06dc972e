// The address to listen on, and whether it is safe to.
#pragma once

#include "settings/settings.hpp"

#include <string>
#include <string_view>

namespace lmbridge::settings {

/// Splits "127.0.0.1:5102" or "[::1]:5102" into the two fields; false when it is neither.
bool parse_listen(std::string_view text, Server& server);
bool parse_listen(std::string_view text, FileBedServer& server);

/// What the files can't say alone, because the command line may still change it: an address that
/// others can reach needs a key. Empty when all is well.
std::string refuse_open_door(const Settings& settings);

}  // namespace lmbridge::settings
