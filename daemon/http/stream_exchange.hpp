// The answer to one request, written to its connection's socket.
#pragma once

#include "http/exchange.hpp"
#include "http/server.hpp"
#include "http/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::http {

class BodyReader;

/// What a connection and the answers on it share.
struct Wire {
  ConnectionContext& context;
  Stream stream;
  /// Of a unix socket.
  std::optional<Peer> peer = std::nullopt;
  /// Of the client, over TCP.
  std::string address = {};
  /// Of the request that is being answered: 10 or 11.
  unsigned version = 11;
  /// Another request may follow on this connection.
  bool keep_alive = false;
  /// The client has sent more than the request that is being answered.
  bool has_unread_input = false;
};

/// For a read or write that failed: `cancelled`, because nobody is left to be told.
std::unexpected<Error> client_gone(const boost::system::error_code& error);

/// I/O thread only. The wire outlives it, and so does `body`, which only streamed requests have.
class StreamExchange final : public Exchange {
 public:
  StreamExchange(Wire& wire, Request request, BodyReader* body = nullptr);

  [[nodiscard]] const Request& request() const override { return request_; }
  [[nodiscard]] bool started() const override { return started_; }
  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] bool client_left() const override { return client_left_; }
  void note_client_left() { client_left_ = true; }
  [[nodiscard]] bool is_web_socket() const { return is_web_socket_; }

  boost::asio::awaitable<Result<std::size_t>> read_body(std::span<char> buffer) override;

  void add_response_header(std::string name, std::string value) override {
    common_.add(std::move(name), std::move(value));
  }
  boost::asio::awaitable<Result<void>> respond(Response response) override;
  boost::asio::awaitable<Result<void>> start_stream(Response head) override;
  boost::asio::awaitable<Result<void>> start_sized(Response head, std::uint64_t length) override;
  bool write_now(std::string_view data) override;
  boost::asio::awaitable<Result<void>> flush() override;
  boost::asio::awaitable<Result<void>> finish() override;
  boost::asio::awaitable<Result<std::unique_ptr<WebSocket>>> accept_web_socket(
      WebSocketOptions options) override;

 private:
  template <class Message>
  void decorate(Message& message, const Headers& headers);
  template <class Message>
  boost::asio::awaitable<Result<void>> write_head(Message message);
  bool send(std::array<std::string_view, 3> parts);

  Wire& wire_;
  Request request_;
  BodyReader* body_;
  Headers common_;
  /// Framed for the wire and not taken by the kernel yet.
  std::string unsent_;
  boost::system::error_code failure_;
  bool client_left_ = false;
  bool started_ = false;
  bool finished_ = false;
  bool chunked_ = false;
  bool is_web_socket_ = false;
  /// Of an answer of a known length: what has not been written yet.
  std::uint64_t missing_ = 0;
};

}  // namespace lmbridge::http
