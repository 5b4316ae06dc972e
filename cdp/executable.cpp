#include "cdp/executable.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>

namespace lmbridge::cdp {
namespace {

constexpr const char* shell_path = "/usr/lib/chromium/chromium-headless-shell";
constexpr const char* chromium_path = "/usr/lib/chromium/chromium";

bool is_shell(const std::string& executable) {
  return executable.find("headless-shell") != std::string::npos ||
         executable.find("headless_shell") != std::string::npos;
}

bool is_executable(const char* path) {
  return access(path, X_OK) == 0;
}

}  // namespace

Result<std::string> find_executable(const BrowserOptions& options) {
  if (!options.executable.empty()) {
    if (is_executable(options.executable.c_str())) return options.executable;
    return fail(ErrorCode::browser_not_found,
                fmt::format("browser.executable is \"{}\", which is not there or not executable; "
                            "correct it, or leave it empty to use Debian's Chromium",
                            options.executable));
  }
  if (options.mode == BrowserMode::shell && is_executable(shell_path)) return shell_path;
  if (is_executable(chromium_path)) return chromium_path;
  const auto* package = options.mode == BrowserMode::shell ? "chromium-headless-shell" : "chromium";
  return fail(ErrorCode::browser_not_found,
              fmt::format("no Chromium found: install the package {0} (apt install {0}), or set "
                          "browser.executable",
                          package));
}

std::vector<std::string> command_line(const BrowserOptions& options,
                                      const std::string& executable) {
  std::vector<std::string> line{
      executable,
      "--remote-debugging-pipe",
      "--user-data-dir=" + options.user_data_dir,
      // No GPU, and nothing that talks to anybody but the site.
      "--disable-gpu",
      "--disable-software-rasterizer",
      "--disable-quic",
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-extensions",
      "--disable-breakpad",
  };
  if (!is_shell(executable)) {
    line.insert(line.end(),
                {
                    // Otherwise the cookies of a profile could not be read on another desktop, or
                    // without one.
                    "--password-store=basic",
                    "--disable-features=Translate,MediaRouter,OptimizationHints,"
                    "SpareRendererForSitePerProcess,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
                });
  }
  if (options.mode == BrowserMode::headed) {
    line.insert(line.end(), {
                                // Of a browser that was killed, over the page of the next.
                                "--hide-crash-restore-bubble",
                                // Pages work whether or not anybody sees them.
                                "--disable-background-timer-throttling",
                                "--disable-backgrounding-occluded-windows",
                                "--disable-renderer-backgrounding",
                            });
  } else if (!is_shell(executable)) {
    line.emplace_back("--headless=new");
  }
  if (!options.sandbox) line.emplace_back("--no-sandbox");
  line.insert(line.end(), options.args.begin(), options.args.end());
  line.emplace_back("about:blank");
  return line;
}

}  // namespace lmbridge::cdp
