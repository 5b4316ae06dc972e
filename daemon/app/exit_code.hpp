// How the daemon ends; README.md lists these for scripts and service units.
#pragma once

namespace lmbridge::app {

enum class ExitCode : int {
  success = 0,
  /// --check-config found errors.
  check_failed = 1,
  usage = 2,
  configuration = 3,
  address_in_use = 4,
  /// Not found, did not start, or its profile is in use.
  browser = 5,
  internal = 70,
};

}  // namespace lmbridge::app
