// Where the daemon's control socket is looked for.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

struct SocketSearch {
  /// The value of an environment variable; empty where there is none.
  std::function<std::string(const char*)> environment;
  /// Whether something is at the path, or may be, because we may not look.
  std::function<bool(const std::string&)> may_exist;
};

/// Of this process.
SocketSearch system_search();

struct SocketPath {
  std::string path;
  /// All the places that were looked at, for messages.
  std::string tried;
};

/// `given` (--socket), else $LMBRIDGE_SOCKET, else the service's socket, else that of a daemon
/// which this user runs.
SocketPath find_socket(std::string_view given, const SocketSearch& search);

}  // namespace lmbridge::ctl
