#include "app/command_line.hpp"

#include "settings/listen.hpp"

#include <CLI/CLI.hpp>

namespace lmbridge::app {

std::expected<CommandLine, ExitCode> parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app(
      "lmbridged serves LMArena to OpenAI clients: it drives a headless Chromium and passes every\n"
      "piece of an answer on the moment it arrives.",
      "lmbridged");
  app.set_version_flag("--version", "lmbridged " LMBRIDGE_VERSION);
  app.add_option("--config", line.config_file,
                 "Configuration file; models.json and model_endpoint_map.json lie beside it.\n"
                 "All three are read again when they change, and at SIGHUP")
      ->required()
      ->type_name("FILE");
  app.add_option("--state-dir", line.state_directory,
                 "Where the browser's profile lives (default: $STATE_DIRECTORY, or lmbridge below\n"
                 "$XDG_STATE_HOME or ~/.local/state)")
      ->type_name("DIR");
  app.add_option("--listen", line.listen, "Address to listen on, instead of server.listen")
      ->type_name("HOST:PORT")
      ->check([](const std::string& text) {
        settings::Server parsed;
        return settings::parse_listen(text, parsed) ? std::string()
                                                    : "\"" + text + "\" is not HOST:PORT";
      });
  app.add_option("--log-level", line.log_level, "debug, info, warning or error")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  app.add_flag("--check-config", line.check_config,
               "Print every problem of the configuration and exit");
  app.footer(
      "Exit status: 0 stopped in order, 1 --check-config found errors, 2 wrong usage,\n"
      "3 configuration, 4 address in use, 5 browser, 70 internal error.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help and --version come this way too
    return std::unexpected(app.exit(error) == 0 ? ExitCode::success : ExitCode::usage);
  }
  return line;
}

void apply(const CommandLine& line, settings::Settings& settings) {
  if (!line.listen.empty()) settings::parse_listen(line.listen, settings.server);
  if (!line.credential_key.empty()) {
    settings.api_keys.push_back({.name = "credential", .key = line.credential_key, .models = {}});
  }
  for (const auto level : {base::LogLevel::debug, base::LogLevel::info, base::LogLevel::warning,
                           base::LogLevel::error}) {
    if (line.log_level == base::name(level)) settings.logging.level = level;
  }
}

}  // namespace lmbridge::app
