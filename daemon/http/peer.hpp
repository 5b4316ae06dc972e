// Who is at the other end of a unix socket, as the kernel knows it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace lmbridge::http {

/// Of the process that connected, when it did.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  /// Empty where the user has no name.
  std::string user;
  bool operator==(const Peer&) const = default;
};

/// Nothing for sockets that are no unix sockets. Blocks while the name is looked up.
std::optional<Peer> peer_of(int descriptor);

}  // namespace lmbridge::http
