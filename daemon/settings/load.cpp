#include "settings/load.hpp"

#include "settings/files.hpp"
#include "settings/read_keys.hpp"
#include "settings/read_models.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace lmbridge::settings {
namespace fs = std::filesystem;
namespace {

enum class Blank { refused, is_empty_object };

/// Parses one file and hands its tree to `reader`.
template <class Reader>
void parse_into(Loaded& loaded, const std::string& name, std::string_view text, Blank blank,
                Reader&& reader) {
  if (blank == Blank::is_empty_object && is_blank(text)) return;
  Diagnostics diagnostics(name, text);
  if (const auto root = parse_jsonc(text)) {
    std::forward<Reader>(reader)(*root, diagnostics);
  } else {
    diagnostics.error(root.error().offset, root.error().reason);
  }
  std::ranges::move(diagnostics.errors(), std::back_inserter(loaded.errors));
  std::ranges::move(diagnostics.warnings(), std::back_inserter(loaded.warnings));
}

void parse_all(const Paths& paths, Loaded& loaded) {
  auto& settings = loaded.settings;
  parse_into(loaded, paths.config.string(), loaded.texts.config, Blank::refused,
             [&](const JsoncNode& root, Diagnostics& diagnostics) {
               read_config(root, settings, diagnostics);
             });
  parse_into(loaded, paths.models.string(), loaded.texts.models, Blank::is_empty_object,
             [&](const JsoncNode& root, Diagnostics& diagnostics) {
               settings.models = read_models(root, diagnostics);
             });
  parse_into(loaded, paths.endpoints.string(), loaded.texts.endpoints, Blank::is_empty_object,
             [&](const JsoncNode& root, Diagnostics& diagnostics) {
               settings.endpoints = read_endpoints(root, settings.default_endpoint, diagnostics);
             });
}

/// False for a file that can't be read, which is reported.
bool read_into(Loaded& loaded, const fs::path& file, const std::optional<Replacement>& given,
               std::string& text) {
  if (given && given->file == file) {
    text = given->text;
    return true;
  }
  auto content = read_file(file);
  if (!content) {
    loaded.errors.push_back(content.error().message);
    return false;
  }
  text = *std::move(content);
  return true;
}

/// A link that leads nowhere is there.
bool is_absent(const fs::path& file) {
  std::error_code error;
  return fs::symlink_status(file, error).type() == fs::file_type::not_found;
}

}  // namespace

Paths::Paths(fs::path config_file)
    : config(std::move(config_file)),
      models(config.parent_path() / "models.json"),
      endpoints(config.parent_path() / "model_endpoint_map.json") {}

Loaded parse(std::string_view config, std::string_view models, std::string_view endpoints) {
  Loaded loaded;
  loaded.texts = {.config = std::string(config),
                  .models = std::string(models),
                  .endpoints = std::string(endpoints)};
  parse_all(Paths("config.jsonc"), loaded);
  return loaded;
}

Loaded load(const fs::path& config_file, const std::optional<Replacement>& given) {
  const Paths paths(config_file);
  Loaded loaded;
  // A file that can't be read is reported once; there is nothing in it to report.
  if (!read_into(loaded, paths.config, given, loaded.texts.config)) loaded.texts.config = "{}";
  const auto is_there = [&given](const fs::path& file) {
    return !is_absent(file) || (given && given->file == file);
  };
  const bool has_models = is_there(paths.models);
  if (has_models) read_into(loaded, paths.models, given, loaded.texts.models);
  if (is_there(paths.endpoints)) {
    read_into(loaded, paths.endpoints, given, loaded.texts.endpoints);
  }
  parse_all(paths, loaded);
  if (!has_models && loaded.settings.endpoints.pools().empty()) {
    loaded.warnings.push_back(
        fmt::format("{}: not there, so no model can be asked for", paths.models.string()));
  }
  return loaded;
}

}  // namespace lmbridge::settings
