// Which Chromium to start, and with which flags.
#pragma once

#include "base/error.hpp"

#include <string>
#include <vector>

namespace lmbridge::cdp {

/// Which build runs: the headless shell (half the memory, tabs never hidden) or full Chromium with
/// its new headless mode.
enum class BrowserMode { shell, headless };

struct BrowserOptions {
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
/// Chromium, for mode headless Chromium. Never the wrapper scripts in /usr/bin, which keep a pid of
/// their own. browser_not_found names the Debian package.
Result<std::string> find_executable(const BrowserOptions& options);

/// The whole command line, `executable` first.
std::vector<std::string> command_line(const BrowserOptions& options, const std::string& executable);

}  // namespace lmbridge::cdp
