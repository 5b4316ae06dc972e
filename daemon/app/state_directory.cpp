#include "app/state_directory.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace lmbridge::app {
namespace fs = std::filesystem;
namespace {

std::string_view environment(const char* name) {
  const auto* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Empty when nobody says.
fs::path choose(std::string_view wanted) {
  if (!wanted.empty()) return wanted;
  // systemd names several directories with colons between them; the first one is the unit's main.
  const auto given = environment("STATE_DIRECTORY");
  if (!given.empty()) return given.substr(0, given.find(':'));
  // A relative one is to be ignored, says the specification.
  const fs::path state_home = environment("XDG_STATE_HOME");
  if (state_home.is_absolute()) return state_home / "lmbridge";
  const fs::path home = environment("HOME");
  return home.is_absolute() ? home / ".local/state/lmbridge" : fs::path();
}

}  // namespace

Result<fs::path> state_directory(std::string_view wanted) {
  const auto chosen = choose(wanted);
  if (chosen.empty()) {
    return fail(ErrorCode::invalid_configuration,
                "there is no place for the daemon's state: choose one with --state-dir, or set "
                "HOME");
  }
  auto directory = fs::absolute(chosen);
  std::error_code error;
  if (fs::create_directories(directory, error)) {
    // It holds the cookies of a signed-in session.
    fs::permissions(directory, fs::perms::owner_all, error);
  }
  if (error) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("the state directory {} can't be made: {}; choose another one with "
                            "--state-dir",
                            directory.string(), error.message()));
  }
  return directory;
}

}  // namespace lmbridge::app
