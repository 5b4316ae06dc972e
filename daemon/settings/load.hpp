// Reads the configuration files.
#pragma once

#include "settings/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::settings {

/// The contents of the three files; the latter two are empty where there is none.
struct Texts {
  std::string config;
  std::string models;
  std::string endpoints;
  bool operator==(const Texts&) const = default;
};

/// Every problem is a line "file:line:column: what was found and what is allowed".
struct Loaded {
  Settings settings;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  /// What it was read from.
  Texts texts;
};

/// Where the three files lie: the second and the third beside the first.
struct Paths {
  explicit Paths(std::filesystem::path config_file);
  std::filesystem::path config;
  std::filesystem::path models;
  std::filesystem::path endpoints;
};

/// What one of the files is to hold.
struct Replacement {
  std::filesystem::path file;
  std::string text;
};

/// Reads `config_file` and models.json and model_endpoint_map.json beside it, but for the one that
/// is given. With errors the settings must not be used.
Loaded load(const std::filesystem::path& config_file,
            const std::optional<Replacement>& given = std::nullopt);

/// The same from memory; for tests and fuzzing. Blank models and endpoints are empty ones.
Loaded parse(std::string_view config, std::string_view models = {},
             std::string_view endpoints = {});

}  // namespace lmbridge::settings
