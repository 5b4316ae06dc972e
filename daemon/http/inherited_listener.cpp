// Sockets that listened before we were there.

#include "http/listener.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace {

/// nullopt when it is no socket; errno says why.
std::optional<int> socket_option(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (getsockopt(descriptor, SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
  return value;
}

bool is_of(InheritedSocket::Family family, int domain) {
  if (family == InheritedSocket::Family::unix_socket) return domain == AF_UNIX;
  return domain == AF_INET || domain == AF_INET6;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format("can't listen on a socket that was handed over: {}; see ListenStream= "
                          "in the socket unit",
                          why));
}

}  // namespace

Result<Listener> listen(const asio::any_io_executor& executor, const InheritedSocket& socket) {
  const auto domain = socket_option(socket.descriptor, SO_DOMAIN);
  if (!domain) return refuse(std::generic_category().message(errno));
  if (!is_of(socket.family, *domain)) {
    return refuse(socket.family == InheritedSocket::Family::tcp ? "it is not one of TCP"
                                                                : "it is no unix socket");
  }
  if (socket_option(socket.descriptor, SO_TYPE) != SOCK_STREAM) {
    return refuse("it is no stream socket");
  }
  if (socket_option(socket.descriptor, SO_ACCEPTCONN) != 1) return refuse("it does not listen");
  Listener listener{.acceptor = Acceptor(executor)};
  boost::system::error_code error;
  listener.acceptor.assign(asio::generic::stream_protocol(*domain, 0), socket.descriptor, error);
  if (error) return refuse(error.message());
  return listener;
}

}  // namespace lmbridge::http
