// The control socket: its listener and its routes, for as long as the daemon runs.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "control/control.hpp"
#include "http/server.hpp"
#include "settings/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace lmbridge::app {

/// Where the socket lies: where the configuration says, else in the service's runtime directory,
/// else in `state`.
std::filesystem::path control_socket(const settings::Control& settings,
                                     const std::filesystem::path& state);

/// The group that may use the socket; empty for the one of the default name where there is none, or
/// where this process may not give the socket to it.
std::string control_group(const settings::Control& settings);

/// I/O thread only. After a start() without error stop() must have been awaited before it goes.
class ControlService {
 public:
  /// Everything in `parts` outlives it.
  ControlService(const boost::asio::any_io_executor& executor, control::Parts parts);

  /// Errors: those of http::listen(). `limits` are those of the daemon's main listener.
  Result<void> start(const http::UnixAddress& address, const http::ServerOptions& limits);
  Result<void> start(const http::InheritedSocket& socket, const http::ServerOptions& limits);

  [[nodiscard]] const std::string& address() const { return server_->address(); }

  /// As http::Server has them.
  boost::asio::awaitable<bool> drain(std::chrono::steady_clock::duration limit);
  void hurry();
  boost::asio::awaitable<void> stop(std::chrono::steady_clock::duration grace);

 private:
  http::ConnectionContext connection_context(const http::ServerOptions& limits);
  Result<void> serve(Result<std::unique_ptr<http::Server>> listening);

  boost::asio::any_io_executor executor_;
  base::IdSource& ids_;
  base::Log& log_;
  control::Control control_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace lmbridge::app
