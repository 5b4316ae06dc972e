// Which Chromium to start, and with which flags.
#pragma once

#include "base/error.hpp"

#include <string>
#include <vector>

namespace lmbridge::cdp {

enum class BrowserMode {
  /// The headless shell: half the memory, tabs never hidden.
  shell,
  /// Full Chromium in its new headless mode.
  headless,
  /// Full Chromium with windows, on a display.
  headed,
  /// A browser that somebody else has started and will end.
  attach
};

struct BrowserOptions {
  /// Where the browser to attach to listens, as base::read_devtools_address() takes it. Of all that
  /// is below none counts then.
  std::string address = {};
  /// Path of the binary; empty = the first one that is installed, see find_executable().
  std::string executable;
  BrowserMode mode = BrowserMode::shell;
  /// The profile: cookies and storage live here.
  std::string user_data_dir;
  /// Appended to our own flags, so that they win.
  std::vector<std::string> args;
  /// False adds --no-sandbox.
  bool sandbox = true;
};

/// The binary for `options`: the configured one, or for mode shell the headless shell and then
/// Chromium, for the others Chromium. Never the wrapper scripts in /usr/bin, which keep a pid of
/// their own. browser_not_found names the Debian package.
Result<std::string> find_executable(const BrowserOptions& options);

/// The whole command line, `executable` first.
std::vector<std::string> command_line(const BrowserOptions& options, const std::string& executable);

}  // namespace lmbridge::cdp
