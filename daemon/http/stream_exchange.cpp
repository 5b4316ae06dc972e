#include "http/stream_exchange.hpp"

#include "http/beast_web_socket.hpp"
#include "http/body_reader.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using asio::as_tuple;
using asio::awaitable;
using asio::use_awaitable;

namespace {

/// IMF-fixdate (RFC 9110, section 5.6.7).
std::string http_date() {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr)));
}

template <class Message>
void add_headers(Message& message, const Headers& headers) {
  for (const auto& [name, value] : headers.entries()) message.insert(name, value);
}

}  // namespace

std::unexpected<Error> client_gone(const boost::system::error_code& error) {
  return fail(ErrorCode::cancelled, "the client is gone: " + error.message());
}

StreamExchange::StreamExchange(Wire& wire, Request request, BodyReader* body)
    : wire_(wire), request_(std::move(request)), body_(body) {
  common_.add("x-request-id", request_.id);
}

awaitable<Result<std::size_t>> StreamExchange::read_body(std::span<char> buffer) {
  if (body_ == nullptr) co_return 0U;
  auto size = co_await body_->read(buffer);
  if (!size && size.error().code == ErrorCode::cancelled) client_left_ = true;
  co_return size;
}

awaitable<Result<void>> StreamExchange::respond(Response response) {
  bhttp::response<bhttp::string_body> message(bhttp::int_to_status(response.status), wire_.version);
  decorate(message, response.headers);
  // An answer that can't have a body has no length either (RFC 9110, section 8.6).
  if (response.status != 204) message.content_length(response.body.size());
  if (request_.method != "HEAD") message.body() = std::move(response.body);
  started_ = true;
  bhttp::response_serializer<bhttp::string_body> serializer(message);
  wire_.stream.expires_after(wire_.context.options.write_timeout);
  const auto [error, size] =
      co_await bhttp::async_write(wire_.stream, serializer, as_tuple(use_awaitable));
  if (error) co_return client_gone(error);
  finished_ = true;
  co_return Result<void>();
}

awaitable<Result<void>> StreamExchange::start_stream(Response head) {
  bhttp::response<bhttp::empty_body> message(bhttp::int_to_status(head.status), wire_.version);
  // HTTP/1.0 knows no chunks: there the end of the connection is the end of the stream.
  chunked_ = wire_.version == 11;
  if (!chunked_) wire_.keep_alive = false;
  decorate(message, head.headers);
  message.chunked(chunked_);
  co_return co_await write_head(std::move(message));
}

awaitable<Result<void>> StreamExchange::start_sized(Response head, std::uint64_t length) {
  bhttp::response<bhttp::empty_body> message(bhttp::int_to_status(head.status), wire_.version);
  decorate(message, head.headers);
  message.content_length(length);
  if (request_.method != "HEAD") missing_ = length;
  co_return co_await write_head(std::move(message));
}

template <class Message>
awaitable<Result<void>> StreamExchange::write_head(Message message) {
  started_ = true;
  bhttp::response_serializer<bhttp::empty_body> serializer(message);
  wire_.stream.expires_after(wire_.context.options.write_timeout);
  const auto [error, size] =
      co_await bhttp::async_write_header(wire_.stream, serializer, as_tuple(use_awaitable));
  if (error) co_return client_gone(error);
  co_return Result<void>();
}

/// Most writes fit into the socket's buffer: asking the kernel at once saves the way through the
/// event loop, and what it takes is not copied before.
bool StreamExchange::write_now(std::string_view data) {
  // An empty chunk would be the end.
  if (data.empty() || request_.method == "HEAD") return true;
  std::array<char, 20> head{};
  const auto head_end =
      chunked_ ? fmt::format_to(head.begin(), "{:x}\r\n", data.size()) : head.begin();
  missing_ -= std::min<std::uint64_t>(missing_, data.size());
  const std::string_view chunk_head(head.begin(), head_end);
  const std::string_view chunk_tail(chunked_ ? "\r\n" : "");
  return send({chunk_head, data, chunk_tail});
}

bool StreamExchange::send(std::array<std::string_view, 3> parts) {
  const std::array<asio::const_buffer, 3> buffers{asio::buffer(parts[0]), asio::buffer(parts[1]),
                                                  asio::buffer(parts[2])};
  auto sent = wire_.stream.socket().write_some(buffers, failure_);
  if (failure_ == asio::error::would_block) failure_ = {};
  for (auto part : parts) {
    const auto taken = std::min(sent, part.size());
    unsent_ += part.substr(taken);
    sent -= taken;
  }
  return unsent_.empty() && !failure_;
}

awaitable<Result<void>> StreamExchange::flush() {
  if (failure_) co_return client_gone(failure_);
  wire_.stream.expires_after(wire_.context.options.write_timeout);
  const auto [error, size] =
      co_await asio::async_write(wire_.stream, asio::buffer(unsent_), as_tuple(use_awaitable));
  if (error) co_return client_gone(error);
  // One huge piece must not keep its memory for the rest of the answer.
  unsent_ = {};
  co_return Result<void>();
}

awaitable<Result<void>> StreamExchange::finish() {
  // Otherwise the client would take the next answer for the rest of this one.
  finished_ = missing_ == 0;
  if (!chunked_ || request_.method == "HEAD") co_return Result<void>();
  if (send({"0\r\n\r\n", "", ""})) co_return Result<void>();
  co_return co_await flush();
}

awaitable<Result<std::unique_ptr<WebSocket>>> StreamExchange::accept_web_socket(
    WebSocketOptions options) {
  if (auto asked = check_web_socket_request(request_, wire_.version); !asked) {
    co_return std::unexpected(std::move(asked.error()));
  }
  if (wire_.has_unread_input) {
    co_return fail(ErrorCode::invalid_request,
                   "nothing may follow a request for a WebSocket until it has been answered");
  }
  started_ = true;
  is_web_socket_ = true;
  wire_.keep_alive = false;
  co_return co_await http::accept_web_socket(wire_.stream, request_, common_, options);
}

template <class Message>
void StreamExchange::decorate(Message& message, const Headers& headers) {
  message.set(bhttp::field::date, http_date());
  add_headers(message, headers);
  add_headers(message, common_);
  // What is left of the body would be taken for the next request.
  const bool is_read = body_ == nullptr || body_->finished();
  if (wire_.context.stopping || !is_read) wire_.keep_alive = false;
  message.keep_alive(wire_.keep_alive);
}

}  // namespace lmbridge::http
