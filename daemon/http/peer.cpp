#include "http/peer.hpp"

#include <pwd.h>
#include <sys/socket.h>

#include <array>

namespace lmbridge::http {
namespace {

std::string user_name(uid_t uid) {
  std::array<char, 16UL * 1024> buffer{};
  struct passwd entry{};
  struct passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0) return {};
  return found == nullptr ? std::string() : std::string(found->pw_name);
}

}  // namespace

std::optional<Peer> peer_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  // Asked of a TCP socket the kernel would give credentials, too, but nobody's. (The sockets API
  // takes every kind of address by one type.)
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      address.ss_family != AF_UNIX) {
    return std::nullopt;
  }
  ucred credentials{};
  size = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return std::nullopt;
  }
  return Peer{.pid = credentials.pid, .uid = credentials.uid, .user = user_name(credentials.uid)};
}

}  // namespace lmbridge::http
