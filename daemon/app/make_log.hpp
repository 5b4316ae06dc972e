// Chooses where the daemon's log goes.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "settings/settings.hpp"

#include <memory>

namespace lmbridge::app {

/// The journal where stderr leads there, unless lines of JSON are wanted; stderr otherwise. `clock`
/// outlives it.
std::unique_ptr<base::Log> make_log(const settings::Logging& options, const base::Clock& clock);

}  // namespace lmbridge::app
