// What keeps a command from doing its work, as a value.
#pragma once

#include "ctl/exit_code.hpp"

#include <expected>
#include <string>

namespace lmbridge::ctl {

struct Trouble {
  ExitCode exit = ExitCode::failed;
  /// For scripts: "not_running", "permission_denied", or the daemon's own.
  std::string code;
  /// For people: what happened, and how to mend it.
  std::string message;
};

template <class T>
using Outcome = std::expected<T, Trouble>;

}  // namespace lmbridge::ctl
