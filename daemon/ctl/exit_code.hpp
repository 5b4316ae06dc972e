// How lmbridgectl ends; its help and README.md list these for scripts.
#pragma once

namespace lmbridge::ctl {

enum class ExitCode : int {
  success = 0,
  /// The daemon refused, or what was asked for failed.
  failed = 1,
  usage = 2,
  /// There is no daemon at the socket.
  not_running = 3,
  /// The daemon takes no requests, or did not answer in time.
  not_ready = 4,
  /// The socket is not for this user.
  permission_denied = 5,
  /// doctor has found nothing worse than warnings.
  warnings = 6,
  internal = 70,
};

}  // namespace lmbridge::ctl
