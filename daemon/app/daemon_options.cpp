#include "app/daemon_options.hpp"

#include <unistd.h>

namespace lmbridge::app {
namespace {

bool wants_sandbox(const settings::Browser& browser, base::Log& log) {
  if (browser.sandbox == settings::Sandbox::on) return true;
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

Directories directories_of(const settings::Settings& settings, const std::filesystem::path& state) {
  Directories directories{
      .state = state, .profile = state / "profile", .pictures = state / "downloaded_images"};
  if (!settings.browser.user_data_dir.empty()) {
    directories.profile = settings.browser.user_data_dir;
  }
  if (!settings.pictures.library.directory.empty()) {
    directories.pictures = settings.pictures.library.directory;
  }
  return directories;
}

bridge::BridgeOptions bridge_options(const settings::Settings& settings,
                                     const Directories& directories, base::Log& log) {
  const auto& browser = settings.browser;
  return {
      .browser = {.executable = browser.executable,
                  .mode = browser.mode == settings::BrowserMode::shell ? cdp::BrowserMode::shell
                                                                       : cdp::BrowserMode::headless,
                  .user_data_dir = directories.profile.string(),
                  .args = browser.args,
                  .sandbox = wants_sandbox(browser, log)},
      .browser_start_timeout = browser.start_timeout,
      .page = {.url = settings.site.origin + settings.site.page_path,
               .share = browser.max_requests_per_context,
               .unresponsive_after = browser.unresponsive_after},
      .contexts = browser.contexts,
      .cookie_file = directories.state / "cookies.json",
      .line = {.requests = settings.server.max_waiting,
               .bytes = settings.server.max_waiting_mb * 1024 * 1024}};
}

http::ServerOptions server_options(const settings::Server& server) {
  return {.host = server.host,
          .port = server.port,
          .body_limit = server.body_limit_mb * 1024 * 1024,
          .max_connections = server.max_connections,
          .header_timeout = server.header_timeout,
          .body_timeout = server.body_timeout,
          .idle_timeout = server.idle_timeout,
          .write_timeout = server.write_timeout};
}

}  // namespace lmbridge::app
