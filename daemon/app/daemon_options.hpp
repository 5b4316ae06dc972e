// What the parts of the daemon are started with, made of its settings.
#pragma once

#include "base/log.hpp"
#include "bridge/bridge.hpp"
#include "http/server.hpp"
#include "settings/settings.hpp"

#include <filesystem>

namespace lmbridge::app {

/// What outlives the daemon.
struct Directories {
  std::filesystem::path state;
  /// The browser's user data.
  std::filesystem::path profile;
  /// The library of pictures.
  std::filesystem::path pictures;
};

Directories directories_of(const settings::Settings& settings, const std::filesystem::path& state);

/// Warns when the browser has to run without its sandbox.
bridge::BridgeOptions bridge_options(const settings::Settings& settings,
                                     const Directories& directories, base::Log& log);

http::ServerOptions server_options(const settings::Server& server);

}  // namespace lmbridge::app
