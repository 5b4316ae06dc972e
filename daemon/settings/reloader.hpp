// Puts changed configuration files into force while the daemon runs.
#pragma once

#include "base/log.hpp"
#include "settings/changes.hpp"
#include "settings/live.hpp"
#include "settings/load.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
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
    std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
    /// Called when a reload begins and when it is over, whatever became of it.
    std::function<void()> on_begin = [] {};
    std::function<void()> on_end = [] {};
  };

  /// What became of a reload.
  struct Outcome {
    /// Empty when all is well; otherwise nothing has changed.
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
    /// Since the reload before.
    Changes changes;
  };

  /// `start` is what the daemon started with; `live` and `log` outlive this.
  Reloader(Options options, const Loaded& start, LiveSettings& live, base::Log& log);

  enum class Trigger { file_changed, asked_for };

  /// Reads all three files. If all is well they replace what is in force, at once and for the
  /// requests that begin from now on, and the log names what has changed; otherwise everything
  /// stays as it was and the log says so in one line, but not again for a change that leaves the
  /// same errors.
  Outcome reload(Trigger trigger);

  /// What a reload would find, if one of the files were as `given`. Changes nothing.
  [[nodiscard]] Loaded check(const std::optional<Replacement>& given = std::nullopt) const;

  [[nodiscard]] Paths paths() const { return Paths(options_.config_file); }
  /// What the settings in force were read from, and when.
  [[nodiscard]] const Texts& texts() const { return texts_; }
  [[nodiscard]] std::chrono::system_clock::time_point loaded_at() const { return loaded_at_; }
  /// Of the last reload, which may have been refused for them.
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// Keys whose values take effect at the next start.
  [[nodiscard]] std::vector<std::string> at_next_start() const;

 private:
  Outcome take_up(Trigger trigger);
  void refuse(std::vector<std::string> errors, Trigger trigger);
  void warn(const std::vector<std::string>& warnings);
  void tell(const Changes& changes);

  Options options_;
  LiveSettings& live_;
  base::Log& log_;
  const Texts start_texts_;
  Texts texts_;
  std::chrono::system_clock::time_point loaded_at_;
  std::vector<std::string> warnings_;
  /// Of the last try; empty when it succeeded.
  std::vector<std::string> errors_;
};

}  // namespace lmbridge::settings
