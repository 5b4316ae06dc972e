// Puts the parts together and runs them until a signal says stop.
#pragma once

#include "app/activation.hpp"
#include "app/command_line.hpp"
#include "app/exit_code.hpp"
#include "settings/load.hpp"

namespace lmbridge::app {

/// Runs the daemon with settings that have been checked; returns when it has stopped. Every failure
/// has been logged.
ExitCode run_daemon(const CommandLine& command_line, const Activation& activation,
                    const settings::Loaded& loaded);

}  // namespace lmbridge::app
