#include "http/beast_web_socket.hpp"

#include "http/read_deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::as_tuple;
using asio::awaitable;
using asio::use_awaitable;

namespace {

/// For a goodbye that is not answered.
constexpr std::chrono::seconds goodbye_limit{3};

using HandshakeRequest = bhttp::request<bhttp::empty_body>;

HandshakeRequest to_beast(const Request& request, unsigned version) {
  HandshakeRequest message(bhttp::string_to_verb(request.method), request.path, version);
  for (const auto& [name, value] : request.headers.entries()) message.insert(name, value);
  return message;
}

Error read_error(const boost::system::error_code& error, std::size_t limit) {
  if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
    return {.code = ErrorCode::payload_too_large,
            .message = fmt::format("a message is larger than {} bytes", limit)};
  }
  const bool is_broken = error == websocket::condition::protocol_violation;
  return {.code = is_broken ? ErrorCode::invalid_request : ErrorCode::cancelled,
          .message = error.message()};
}

/// Pictures do not get smaller, and texts are short: nothing is compressed.
class BeastWebSocket final : public WebSocket {
 public:
  BeastWebSocket(Stream& stream, WebSocketOptions options)
      : next_layer_(stream), options_(options), socket_(stream), buffer_(options.message_limit) {
    stream.expires_never();
    socket_.set_option(websocket::stream_base::timeout{.handshake_timeout = goodbye_limit,
                                                       .idle_timeout = options.idle_timeout,
                                                       .keep_alive_pings = true});
    socket_.read_message_max(options.message_limit);
    socket_.auto_fragment(false);
  }

  awaitable<Result<void>> accept(const Request& request, const Headers& headers) {
    socket_.set_option(
        websocket::stream_base::decorator([&headers](websocket::response_type& response) {
          response.erase(bhttp::field::server);
          for (const auto& [name, value] : headers.entries()) response.insert(name, value);
        }));
    const auto handshake = to_beast(request, 11);
    const auto [error] = co_await socket_.async_accept(handshake, as_tuple(use_awaitable));
    if (error) co_return fail(ErrorCode::cancelled, "no WebSocket: " + error.message());
    co_return Result<void>();
  }

  awaitable<Result<WebSocketMessage>> read() override {
    const auto [error, size] = co_await socket_.async_read(buffer_, as_tuple(use_awaitable));
    if (error) co_return std::unexpected(read_error(error, options_.message_limit));
    const auto data = buffer_.cdata();
    WebSocketMessage message{
        .data = std::string(static_cast<const char*>(data.data()), data.size()),
        .is_text = socket_.got_text()};
    buffer_.consume(buffer_.size());
    co_return message;
  }

  awaitable<Result<void>> write_text(std::string_view text) override {
    socket_.text(true);
    return write(text);
  }
  awaitable<Result<void>> write_bytes(std::string_view bytes) override {
    socket_.binary(true);
    return write(bytes);
  }

  awaitable<void> close(std::uint16_t code, std::string_view reason) override {
    websocket::close_reason goodbye(code);
    const auto said = reason.substr(0, goodbye.reason.max_size());
    goodbye.reason.assign(said.begin(), said.end());
    // It is of no use to anybody whether it was heard: the connection ends anyway.
    (void)co_await socket_.async_close(goodbye, as_tuple(use_awaitable));
  }

 private:
  awaitable<Result<void>> write(std::string_view data) {
    // What waits for the peer's reading is all that there is: reads may end with it.
    const StreamDeadline deadline(next_layer_, options_.write_timeout);
    const auto [error, size] =
        co_await socket_.async_write(asio::buffer(data), as_tuple(use_awaitable));
    if (error) co_return fail(ErrorCode::cancelled, error.message());
    co_return Result<void>();
  }

  Stream& next_layer_;
  WebSocketOptions options_;
  websocket::stream<Stream&, false> socket_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace

Result<void> check_web_socket_request(const Request& request, unsigned version) {
  const auto bad = [](std::string message) {
    return fail(ErrorCode::invalid_request, std::move(message));
  };
  if (!websocket::is_upgrade(to_beast(request, version))) {
    return bad("here is a WebSocket, for which this request does not ask (RFC 6455)");
  }
  if (request.headers.get("sec-websocket-version") != "13") {
    return bad("only version 13 of WebSocket is spoken here");
  }
  // 16 bytes in base64.
  if (request.headers.get("sec-websocket-key").value_or("").size() != 24) {
    return bad("the header Sec-WebSocket-Key is missing or has a wrong length");
  }
  return {};
}

awaitable<Result<std::unique_ptr<WebSocket>>> accept_web_socket(Stream& stream,
                                                                const Request& request,
                                                                const Headers& headers,
                                                                WebSocketOptions options) {
  auto socket = std::make_unique<BeastWebSocket>(stream, options);
  if (auto accepted = co_await socket->accept(request, headers); !accepted) {
    co_return std::unexpected(std::move(accepted.error()));
  }
  co_return socket;
}

}  // namespace lmbridge::http
