// Where a server accepts connections: an address of TCP, or a unix socket. Both are served alike.
#pragma once

#include "base/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace lmbridge::http {

using Socket = boost::asio::generic::stream_protocol::socket;
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

struct TcpAddress {
  /// An IP address, or "localhost".
  std::string host = "127.0.0.1";
  /// 0 = one that is free.
  std::uint16_t port = 0;
  /// What chooses the address, for messages.
  std::string chosen_by = "server.listen or --listen";
};

struct UnixAddress {
  std::filesystem::path path;
  mode_t mode = 0660;
  /// Who may connect besides the owner; empty = the group of the process.
  std::string group = {};
  /// What chooses the path, for messages.
  std::string chosen_by;
};

/// A socket that somebody else, such as a service manager, has opened: it listens already, and its
/// file, if it has one, is not ours to remove.
struct InheritedSocket {
  /// Belongs to whoever listens on it.
  int descriptor = -1;
  enum class Family { tcp, unix_socket } family = Family::tcp;
};

/// The file of a unix socket: goes with this object, unless another has taken its place.
class SocketFile {
 public:
  SocketFile() = default;
  /// The one that stands at `path` now.
  explicit SocketFile(std::filesystem::path path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile();

 private:
  void remove();

  std::filesystem::path path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Made by one of the functions below.
struct Listener {
  Acceptor acceptor;
  /// Of a unix socket that is ours to remove.
  SocketFile file = {};
};

/// Errors: address_in_use, invalid_configuration (an address that is not ours).
Result<Listener> listen(const boost::asio::any_io_executor& executor, const TcpAddress& address);

/// A socket file on which nobody listens any more is replaced. Errors: address_in_use when somebody
/// does, invalid_configuration for a path that can't be used and for a group that can't be given.
Result<Listener> listen(const boost::asio::any_io_executor& executor, const UnixAddress& address);

/// Errors: invalid_configuration when it is no stream socket of that family or does not listen.
Result<Listener> listen(const boost::asio::any_io_executor& executor,
                        const InheritedSocket& socket);

/// "127.0.0.1:5102", "[::1]:5102", or the path of a unix socket.
std::string address_text(const boost::asio::generic::stream_protocol::endpoint& endpoint);

}  // namespace lmbridge::http
