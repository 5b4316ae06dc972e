#include "app/daemon_options.hpp"

#include "app/state_directory.hpp"
#include "settings/load.hpp"

#include <unistd.h>

#include <limits>
#include <utility>

namespace lmbridge::app {
namespace {

cdp::BrowserMode mode_of(settings::BrowserMode mode) {
  switch (mode) {
    case settings::BrowserMode::shell:
      return cdp::BrowserMode::shell;
    case settings::BrowserMode::headless:
      return cdp::BrowserMode::headless;
    case settings::BrowserMode::headed:
      return cdp::BrowserMode::headed;
    case settings::BrowserMode::attach:
      return cdp::BrowserMode::attach;
  }
  std::unreachable();
}

bool wants_sandbox(const settings::Browser& browser, base::Log& log) {
  if (browser.sandbox == settings::Sandbox::on) return true;
  // It is not ours to say.
  if (browser.mode == settings::BrowserMode::attach) return true;
  const bool is_root = geteuid() == 0;
  if (browser.sandbox == settings::Sandbox::automatic && !is_root) return true;
  log.warning(
      "the browser runs without its sandbox: a web page that breaks out of its renderer has all "
      "rights of this daemon",
      {{"why", is_root ? "Chromium refuses to sandbox for root; run lmbridged as a user of its own"
                       : "browser.sandbox is off"}});
  return false;
}

}  // namespace

Result<Directories> find_directories(const CommandLine& command_line,
                                     const settings::Settings& settings) {
  const auto state = state_directory(command_line.state_directory);
  if (!state) return std::unexpected(state.error());
  Directories directories{
      .state = *state, .profile = *state / "profile", .pictures = *state / "downloaded_images"};
  // What keeps a second daemon away lies in it also where the browser has a profile of its own.
  const bool has_browser = settings.browser.mode != settings::BrowserMode::attach;
  if (has_browser && !settings.browser.user_data_dir.empty()) {
    directories.profile = settings.browser.user_data_dir;
  }
  if (!settings.pictures.library.directory.empty()) {
    directories.pictures = settings.pictures.library.directory;
  }
  return directories;
}

ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_configuration:
      return ExitCode::configuration;
    case ErrorCode::address_in_use:
      return ExitCode::address_in_use;
    case ErrorCode::browser_not_found:
    case ErrorCode::browser_start_failed:
    case ErrorCode::browser_gone:
    case ErrorCode::profile_in_use:
      return ExitCode::browser;
    default:
      return ExitCode::internal;
  }
}

bridge::BridgeOptions bridge_options(const settings::Settings& settings,
                                     const Directories& directories, base::Log& log) {
  const auto& browser = settings.browser;
  const bool attaches = browser.mode == settings::BrowserMode::attach;
  bridge::BridgeOptions options{.browser = {.address = attaches ? browser.address : "",
                                            .executable = browser.executable,
                                            .mode = mode_of(browser.mode),
                                            .user_data_dir = directories.profile.string(),
                                            .args = browser.args,
                                            .sandbox = wants_sandbox(browser, log)},
                                .browser_start_timeout = browser.start_timeout,
                                .page = {.in_foreign_browser = attaches,
                                         .url = settings.site.origin + settings.site.page_path,
                                         .share = browser.max_requests_per_context,
                                         .unresponsive_after = browser.unresponsive_after},
                                .contexts = browser.contexts,
                                .cookie_file = directories.state / "cookies.json",
                                .line = {.requests = settings.server.max_waiting,
                                         .bytes = settings.server.max_waiting_mb * 1024 * 1024}};
  // Another user's browser, or one on another machine, can't read our files.
  if (attaches) options.page.body_in_file_from = std::numeric_limits<std::size_t>::max();
  return options;
}

http::ServerOptions server_options(const settings::Server& server) {
  return {.body_limit = server.body_limit_mb * 1024 * 1024,
          .max_connections = server.max_connections,
          .header_timeout = server.header_timeout,
          .body_timeout = server.body_timeout,
          .idle_timeout = server.idle_timeout,
          .write_timeout = server.write_timeout};
}

std::vector<std::filesystem::path> configuration_files(const CommandLine& command_line) {
  const settings::Paths paths(command_line.config_file);
  return {paths.config, paths.models, paths.endpoints};
}

}  // namespace lmbridge::app
