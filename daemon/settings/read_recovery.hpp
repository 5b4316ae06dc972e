// Reads the keys about waiting, trying again and recovering.
#pragma once

#include "settings/section.hpp"
#include "settings/settings.hpp"

namespace lmbridge::settings {

void read_recovery(Section& root, Settings& settings);

}  // namespace lmbridge::settings
