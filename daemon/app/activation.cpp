#include "app/activation.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <sys/socket.h>

#include <cstdlib>
#include <memory>
#include <system_error>

namespace lmbridge::app {
namespace {

std::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorCode::invalid_configuration, fmt::format("socket activation: {}", why));
}

/// Empty for what is no socket, which http::listen() finds out.
std::string address_of(int descriptor) {
  boost::asio::generic::stream_protocol::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (getsockname(descriptor, endpoint.data(), &size) != 0) return {};
  const auto family = endpoint.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return {};
  endpoint.resize(size);
  return http::address_text(endpoint);
}

}  // namespace

Result<Activation> assign(const std::vector<std::pair<std::string, int>>& sockets) {
  Activation activation;
  for (const auto& [name, descriptor] : sockets) {
    const bool is_api = name == "http";
    if (!is_api && name != "control") {
      return refuse(
          fmt::format("there is a socket named \"{}\"; give it the name \"http\" or "
                      "\"control\" with FileDescriptorName= in its unit",
                      name));
    }
    auto& place = is_api ? activation.api : activation.control;
    if (place) {
      return refuse(
          fmt::format("there are two sockets named \"{}\"; leave one ListenStream= in "
                      "the unit (one of [::] takes IPv4, too)",
                      name));
    }
    using Family = http::InheritedSocket::Family;
    place = {.descriptor = descriptor, .family = is_api ? Family::tcp : Family::unix_socket};
    if (is_api) activation.api_address = address_of(descriptor);
  }
  return activation;
}

Result<Activation> take_activation() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(/*unset_environment=*/1, &names);
  if (count < 0) return refuse(std::generic_category().message(-count));
  std::vector<std::pair<std::string, int>> sockets;
  for (int i = 0; i < count; ++i) {
    const std::unique_ptr<char, decltype(&std::free)> name(names[i], &std::free);
    sockets.emplace_back(name.get(), SD_LISTEN_FDS_START + i);
  }
  std::free(static_cast<void*>(names));
  return assign(sockets);
}

}  // namespace lmbridge::app
