// Socket activation: listeners that the service manager has opened before it started us, so that
// clients wait for a daemon that is on its way in place of being refused (sd_listen_fds(3)).
#pragma once

#include "base/error.hpp"
#include "http/listener.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::app {

struct Activation {
  /// Whatever is not handed over the daemon opens itself.
  std::optional<http::InheritedSocket> api;
  std::optional<http::InheritedSocket> control;
  /// HOST:PORT of the first; empty where there is none.
  std::string api_address;
};

/// Takes what $LISTEN_FDS tells of, by the names in $LISTEN_FDNAMES: "http" for clients' requests,
/// "control" for lmbridgectl. Once a process: the variables are unset, and the descriptors are
/// closed in child processes. Errors: invalid_configuration.
Result<Activation> take_activation();

/// The part of take_activation() that looks at names.
Result<Activation> assign(const std::vector<std::pair<std::string, int>>& sockets);

}  // namespace lmbridge::app
