// The listener and its connections.
#pragma once

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "http/exchange.hpp"
#include "http/listener.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace lmbridge::http {

struct ServerOptions {
  std::uint64_t body_limit = 32UL * 1024 * 1024;
  /// More wait in the kernel's backlog.
  std::size_t max_connections = 1000;
  std::chrono::milliseconds header_timeout{15'000};
  /// For a whole body; between two pieces of one that the handler reads itself.
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{75'000};
  /// For a client that does not read.
  std::chrono::milliseconds write_timeout{60'000};
};

/// What every connection needs; outlives them.
struct ConnectionContext {
  ServerOptions options;
  Handler handler;
  ErrorResponse error_response;
  base::Log& log;
  base::IdSource& ids;
  /// Says by its head of a request that its handler reads the body itself, piece by piece, and how
  /// many bytes that may have; all other bodies are read before. Optional.
  std::function<std::optional<std::uint64_t>(const Request& head)> streamed_body_limit = nullptr;
  /// Set at shutdown: answers say `connection: close` and no further request is read.
  bool stopping = false;
};

class Connection;

/// I/O thread only. stop() must have been awaited before the object goes.
class Server {
 public:
  /// `address` is a TcpAddress, a UnixAddress or an InheritedSocket. Errors: those of
  /// http::listen().
  template <class Address>
  static Result<std::unique_ptr<Server>> listen(const boost::asio::any_io_executor& executor,
                                                const Address& address, ConnectionContext context) {
    auto listener = http::listen(executor, address);
    if (!listener) return std::unexpected(std::move(listener.error()));
    return std::make_unique<Server>(*std::move(listener), std::move(context));
  }

  Server(Listener listener, ConnectionContext context);
  ~Server();

  /// "127.0.0.1:5102", or the path of a unix socket; tells the port where 0 was asked for. The same
  /// when it has stopped.
  [[nodiscard]] const std::string& address() const { return address_; }

  /// Stops listening, closes idle connections and gives running answers `limit` to end; true when
  /// all have. hurry() ends the wait early.
  boost::asio::awaitable<bool> drain(std::chrono::steady_clock::duration limit);
  void hurry();

  /// Stops at once but for `grace`, in which answers may still be ended with a word.
  boost::asio::awaitable<void> stop(std::chrono::steady_clock::duration grace);

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  boost::asio::awaitable<void> accept_loop();
  boost::asio::awaitable<void> serve(Socket socket);

  ConnectionContext context_;
  Listener listener_;
  std::string address_;
  base::TaskGroup accepting_;
  base::TaskGroup serving_;
  base::Condition connection_ended_;
  bool hurried_ = false;
  std::set<Connection*> connections_;
};

}  // namespace lmbridge::http
