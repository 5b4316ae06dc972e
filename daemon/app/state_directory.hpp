// Where the daemon keeps what must outlive it.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string_view>

namespace lmbridge::app {

/// `wanted`, else the service manager's $STATE_DIRECTORY, else lmbridge below $XDG_STATE_HOME or
/// ~/.local/state (XDG Base Directory Specification 0.8). Made with mode 0700 when missing.
Result<std::filesystem::path> state_directory(std::string_view wanted);

}  // namespace lmbridge::app
