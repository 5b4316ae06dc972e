// What the parts of the daemon are made with, from its settings.
#pragma once

#include "app/command_line.hpp"
#include "app/exit_code.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "bridge/bridge.hpp"
#include "http/server.hpp"
#include "settings/settings.hpp"

#include <filesystem>
#include <vector>

namespace lmbridge::app {

/// What outlives the daemon.
struct Directories {
  std::filesystem::path state;
  /// The browser's user data.
  std::filesystem::path profile;
  /// The library of pictures.
  std::filesystem::path pictures;
};

/// Makes the state directory; the other places are below it unless the settings say otherwise.
/// Errors: invalid_configuration.
Result<Directories> find_directories(const CommandLine& command_line,
                                     const settings::Settings& settings);

/// How the daemon ends because of an error.
ExitCode exit_code(ErrorCode code);

/// Warns of a browser without a sandbox.
bridge::BridgeOptions bridge_options(const settings::Settings& settings,
                                     const Directories& directories, base::Log& log);

http::ServerOptions server_options(const settings::Server& server);

/// Those whose changes are taken up while the daemon runs.
std::vector<std::filesystem::path> configuration_files(const CommandLine& command_line);

}  // namespace lmbridge::app
