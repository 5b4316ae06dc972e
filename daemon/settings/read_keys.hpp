// The keys of config.jsonc, from the root down.
#pragma once

#include "settings/diagnostics.hpp"
#include "settings/settings.hpp"

namespace lmbridge::settings {

/// Fills everything but the models and the endpoint map, which have files of their own.
void read_config(const JsoncNode& root, Settings& settings, Diagnostics& diagnostics);

}  // namespace lmbridge::settings
