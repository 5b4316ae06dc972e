// One request and the way to answer it. Handlers see this and nothing of the socket.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"
#include "http/web_socket.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace lmbridge::http {

/// I/O thread only. A handler answers exactly once: respond(), or start_stream() or
/// start_sized(), any number of writes and finish(), or accept_web_socket(). Errors mean that the
/// client is gone or does not read; the handler ends then.
class Exchange {
 public:
  virtual ~Exchange() = default;

  [[nodiscard]] virtual const Request& request() const = 0;

  /// The next bytes of a body that is not read before the handler runs (see
  /// ConnectionContext::streamed_body_limit): at least one, at most as many as `buffer` has, 0 at
  /// its end. The client is held up while nobody reads. Errors: payload_too_large, request_timeout
  /// (for a client that sends nothing for so long), invalid_request, which can be answered, and
  /// cancelled.
  virtual boost::asio::awaitable<Result<std::size_t>> read_body(std::span<char> buffer) = 0;

  /// Sent with whatever the answer will be.
  virtual void add_response_header(std::string name, std::string value) = 0;

  virtual boost::asio::awaitable<Result<void>> respond(Response response) = 0;

  /// Sends the head of an answer of unknown length; `head.body` is not used.
  virtual boost::asio::awaitable<Result<void>> start_stream(Response head) = 0;

  /// The same for an answer whose body has exactly `length` bytes. When fewer have been written the
  /// connection ends with finish(), or with the handler, so that the client notices.
  virtual boost::asio::awaitable<Result<void>> start_sized(Response head, std::uint64_t length) = 0;

  /// Hands `data` to the kernel as far as it takes it at once. False when something is left or has
  /// failed: then flush() must be awaited before anything else is written.
  virtual bool write_now(std::string_view data) = 0;

  /// Returns when the kernel has taken what write_now() left; waits for a slow client until its
  /// write timeout.
  virtual boost::asio::awaitable<Result<void>> flush() = 0;

  /// Ends the stream cleanly; the connection stays usable.
  virtual boost::asio::awaitable<Result<void>> finish() = 0;

  /// Answers a request for a WebSocket by becoming one, which lasts no longer than the handler and
  /// is the connection's last. That the client leaves shows when it is read or written from now on.
  /// Errors: invalid_request for a request that asks for none, which can be answered; cancelled.
  virtual boost::asio::awaitable<Result<std::unique_ptr<WebSocket>>> accept_web_socket(
      WebSocketOptions options) = 0;

  /// True when the client was seen to leave; the handler is being cancelled for it.
  [[nodiscard]] virtual bool client_left() const = 0;

  /// True once a status line is on its way.
  [[nodiscard]] virtual bool started() const = 0;
};

/// Runs as a task that is cancelled when the client leaves.
using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

/// Makes the answer for an error; the front end knows HTTP but not the shape of error bodies.
using ErrorResponse = std::function<Response(const Error&)>;

}  // namespace lmbridge::http
