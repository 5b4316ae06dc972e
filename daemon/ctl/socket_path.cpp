#include "ctl/socket_path.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace lmbridge::ctl {
namespace {

constexpr const char* service_socket = "/run/lmbridge/control.sock";

/// Of a daemon that was started by hand; empty when the user has no home.
std::string user_socket(const SocketSearch& search) {
  constexpr const char* name = "/lmbridge/control.sock";
  const auto state_home = search.environment("XDG_STATE_HOME");
  // A relative one is to be ignored, says the specification.
  if (state_home.starts_with('/')) return state_home + name;
  const auto home = search.environment("HOME");
  return home.starts_with('/') ? home + "/.local/state" + name : std::string();
}

}  // namespace

SocketSearch system_search() {
  return {.environment =
              [](const char* name) {
                const auto* value = std::getenv(name);
                return std::string(value != nullptr ? value : "");
              },
          .may_exist =
              [](const std::string& path) {
                return access(path.c_str(), F_OK) == 0 || errno == EACCES;
              }};
}

SocketPath find_socket(std::string_view given, const SocketSearch& search) {
  if (!given.empty()) return {.path = std::string(given), .tried = std::string(given)};
  if (auto named = search.environment("LMBRIDGE_SOCKET"); !named.empty()) {
    return {.path = named, .tried = named};
  }
  if (search.may_exist(service_socket)) return {.path = service_socket, .tried = service_socket};
  const auto own = user_socket(search);
  if (own.empty()) return {.path = service_socket, .tried = service_socket};
  return {.path = own, .tried = std::string(service_socket) + " and " + own};
}

}  // namespace lmbridge::ctl
