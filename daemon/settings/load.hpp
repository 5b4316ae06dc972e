// Reads the configuration files.
#pragma once

#include "settings/settings.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lmbridge::settings {

/// Every problem is a line "file:line:column: what was found and what is allowed".
struct Loaded {
  Settings settings;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

/// Reads `config_file` and the models.json beside it. With errors the settings must not be used.
Loaded load(const std::filesystem::path& config_file);

/// The same from memory; for tests and fuzzing.
Loaded parse(std::string_view config_text, std::string_view models_text);

/// Splits "127.0.0.1:5102" or "[::1]:5102" into the two fields; false when it is neither.
bool parse_listen(std::string_view text, Server& server);

/// What the files can't say alone, because the command line may still change it: an address that
/// others can reach needs a key. Empty when all is well.
std::string refuse_open_door(const Settings& settings);

}  // namespace lmbridge::settings
