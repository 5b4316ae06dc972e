// Puts changed configuration files into force while the daemon runs.
#pragma once

#include "base/log.hpp"
#include "settings/live.hpp"
#include "settings/load.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lmbridge::settings {

/// I/O thread only; reading three small files there takes less than a request.
class Reloader {
 public:
  struct Options {
    std::filesystem::path config_file;
    /// Lays the command line over what the files say.
    std::function<void(Settings&)> overrides;
  };

  /// `start` is what the daemon started with; `live` and `log` outlive this.
  Reloader(Options options, const Loaded& start, LiveSettings& live, base::Log& log);

  enum class Trigger { file_changed, asked_for };

  /// Reads all three files. If all is well they replace what is in force, at once and for the
  /// requests that begin from now on, and the log names what has changed; otherwise everything
  /// stays as it was and the log says so in one line, but not again for a change that leaves the
  /// same errors.
  void reload(Trigger trigger);

 private:
  void refuse(std::vector<std::string> errors, Trigger trigger);
  void warn(const std::vector<std::string>& warnings);
  void tell(const Texts& texts);

  Options options_;
  LiveSettings& live_;
  base::Log& log_;
  /// What the settings in force were read from.
  Texts texts_;
  std::vector<std::string> warnings_;
  /// Of the last try; empty when it succeeded.
  std::vector<std::string> errors_;
};

}  // namespace lmbridge::settings
