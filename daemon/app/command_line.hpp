// The options of lmbridged, and what else is laid over its configuration at start.
#pragma once

#include "app/exit_code.hpp"
#include "settings/settings.hpp"

#include <expected>
#include <string>

namespace lmbridge::app {

struct CommandLine {
  std::string config_file;
  /// Empty = see state_directory().
  std::string state_directory;
  /// Empty = as configured. The address of a listener that was handed over stands here, too.
  std::string listen;
  std::string log_level;
  bool check_config = false;
  /// Of api_key_credential(); no option, because every user of the machine sees those.
  std::string credential_key = {};
};

/// Parses; after --help, --version or a mistake everything has been said and only the exit code is
/// left.
std::expected<CommandLine, ExitCode> parse_command_line(int argc, const char* const* argv);

/// Lays over the settings what the command line says otherwise.
void apply(const CommandLine& line, settings::Settings& settings);

}  // namespace lmbridge::app
