// Puts the parts together and runs them until a signal says stop.
#pragma once

#include "app/command_line.hpp"
#include "app/exit_code.hpp"
#include "settings/settings.hpp"

namespace lmbridge::app {

/// Runs the daemon with checked settings; returns when it has stopped. Every failure has been
/// logged.
ExitCode run_daemon(const CommandLine& command_line, settings::Settings settings);

}  // namespace lmbridge::app
