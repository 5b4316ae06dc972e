// What is different between two states of the configuration files.
#pragma once

#include "settings/load.hpp"

#include <string>
#include <vector>

namespace lmbridge::settings {

/// Keys of config.jsonc ("api_key", "server.hosts") and names of the other files.
struct Changes {
  std::vector<std::string> at_once;
  /// Those of which the daemon takes notice only when it starts.
  std::vector<std::string> at_next_start;
  [[nodiscard]] bool empty() const { return at_once.empty() && at_next_start.empty(); }
};

/// Both are without errors. Comments, order and spacing are no changes.
Changes compare(const Texts& before, const Texts& after);

/// Gives `next` what can't change while the daemon runs, from the settings with which it started.
void keep_start_settings(Settings& next, const Settings& running);

}  // namespace lmbridge::settings
