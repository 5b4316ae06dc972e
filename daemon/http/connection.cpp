#include "http/connection.hpp"

#include "base/text.hpp"
#include "http/head.hpp"
#include "http/read_deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using asio::as_tuple;
using asio::awaitable;
using asio::use_awaitable;

Connection::Connection(Socket socket, ConnectionContext& context)
    : context_(context),
      wire_{.context = context, .stream = Stream(std::move(socket))},
      buffer_(head_limit) {
  boost::system::error_code ignored;  // a client that has already left is noticed by the first read
  // Unix sockets have no delay, and know no such option.
  wire_.stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  wire_.stream.socket().non_blocking(true, ignored);
  wire_.peer = peer_of(wire_.stream.socket().native_handle());
  const auto remote = wire_.stream.socket().remote_endpoint(ignored);
  if (!wire_.peer && !ignored) wire_.address = address_text(remote);
}

awaitable<void> Connection::run() {
  while (co_await serve_one()) {
  }
  boost::system::error_code ignored;  // the client may have closed it already
  wire_.stream.socket().close(ignored);
}

void Connection::close_if_idle() {
  if (idle_) wire_.stream.cancel();
}

/// True when another request may follow.
awaitable<bool> Connection::serve_one() {
  auto request = co_await read_request();
  if (!request) {
    if (request.error().code != ErrorCode::cancelled) co_await refuse(request.error());
    co_return false;
  }
  StreamExchange exchange(wire_, *std::move(request), streamed_body_ ? &*streamed_body_ : nullptr);
  co_await handle(exchange);
  const bool is_read = !streamed_body_ || streamed_body_->finished();
  if (exchange.finished() && !is_read) co_await discard_input();
  co_return exchange.finished() && is_read&& wire_.keep_alive && !context_.stopping;
}

std::string_view Connection::buffered() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

/// One read of whatever comes, at most as much as the buffer may still take.
awaitable<boost::system::error_code> Connection::read_some() {
  constexpr std::size_t read_size = 4096;
  const auto room = std::min(read_size, buffer_.max_size() - buffer_.size());
  const auto [error, size] =
      co_await wire_.stream.async_read_some(buffer_.prepare(room), as_tuple(use_awaitable));
  buffer_.commit(size);
  co_return error;
}

/// Waits for the first bytes of a request; false when the client left, said nothing for too long or
/// the server stops.
awaitable<bool> Connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  idle_ = true;
  wire_.stream.expires_after(context_.options.idle_timeout);
  const auto error = co_await read_some();
  idle_ = false;
  co_return !error;
}

/// The size of the head in the buffer; `cancelled` when the client left without a word.
awaitable<Result<std::size_t>> Connection::read_head() {
  constexpr std::string_view empty_line = "\r\n\r\n";
  if (!co_await wait_for_request()) co_return fail(ErrorCode::cancelled, "no further request");
  const ReadDeadline deadline(wire_.stream, context_.options.header_timeout);
  std::size_t searched = 0;
  for (;;) {
    const auto text = buffered();
    const auto end = text.find(empty_line, searched);
    const auto head_size = std::min(end, text.size());
    if (!may_become_head(text.substr(searched, head_size - searched), searched == 0)) {
      co_return fail(ErrorCode::invalid_request, "this is not HTTP with CRLF at its lines' ends");
    }
    if (end != std::string_view::npos) co_return end + empty_line.size();
    if (text.size() >= head_limit) {
      co_return fail(ErrorCode::header_too_large,
                     fmt::format("the request's head is larger than {} bytes", head_limit));
    }
    searched = text.size() - std::min(text.size(), empty_line.size() - 1);
    const auto error = co_await read_some();
    if (deadline.passed()) {
      co_return fail(ErrorCode::request_timeout, "the request's head did not arrive in time");
    }
    if (error) co_return client_gone(error);
  }
}

awaitable<Result<void>> Connection::read_body(BeastRequestParser& parser) {
  const ReadDeadline deadline(wire_.stream, context_.options.body_timeout);
  const auto [error, size] =
      co_await bhttp::async_read(wire_.stream, buffer_, parser, as_tuple(use_awaitable));
  if (!error) co_return Result<void>();
  if (deadline.passed()) {
    co_return fail(ErrorCode::request_timeout, "the request's body did not arrive in time");
  }
  if (error.category() == make_error_code(bhttp::error::body_limit).category() &&
      error != bhttp::error::partial_message) {
    co_return std::unexpected(body_error(error, context_.options.body_limit));
  }
  co_return client_gone(error);
}

awaitable<Result<Request>> Connection::read_request() {
  wire_.keep_alive = false;
  streamed_body_.reset();
  const auto head_size = co_await read_head();
  if (!head_size) co_return std::unexpected(head_size.error());

  BeastRequestParser parser;
  auto request = parse_head(parser, buffered().substr(0, *head_size));
  if (!request) co_return std::unexpected(request.error());
  request->peer = wire_.peer;
  request->address = wire_.address;
  buffer_.consume(*head_size);
  wire_.has_unread_input = buffer_.size() > 0;
  wire_.version = parser.get().version();
  const bool keep_alive = parser.keep_alive();
  request->id = "req_" + context_.ids.token();
  const auto& streamed_limit = context_.streamed_body_limit;
  if (const auto limit = streamed_limit ? streamed_limit(*request) : std::nullopt) {
    wire_.keep_alive = keep_alive;
    streamed_body_.emplace(wire_, buffer_, std::move(parser), *request, *limit);
    co_return request;
  }
  if (auto limited = limit_body(parser, context_.options.body_limit); !limited) {
    co_return std::unexpected(limited.error());
  }
  if (!parser.is_done()) {
    if (waits_for_invitation(wire_, *request)) co_await invite_body(wire_);
    if (auto read = co_await read_body(parser); !read) co_return std::unexpected(read.error());
  }
  wire_.keep_alive = keep_alive;
  request->body = std::move(parser.get().body());
  co_return request;
}

/// Runs the handler until it ends or the client leaves, whichever comes first.
awaitable<void> Connection::handle(StreamExchange& exchange) {
  base::TaskGroup tasks(wire_.stream.get_executor(), context_.log);
  base::Condition changed(wire_.stream.get_executor());
  bool over = false;
  const auto end = [&] {
    over = true;
    changed.notify();
  };
  co_await tasks.enclose([&]() -> awaitable<void> {
    tasks.spawn("request " + exchange.request().id, [&]() -> awaitable<void> {
      co_await run_handler(exchange);
      end();
    });
    tasks.spawn("client watch", [&]() -> awaitable<void> {
      // Until then reading it shows whether the client has left.
      if (streamed_body_) co_await streamed_body_->wait_until_finished();
      co_await wait_for_client_to_leave(exchange);
      exchange.note_client_left();
      end();
    });
    while (!over) co_await changed.wait();
  }());
}

awaitable<void> Connection::run_handler(StreamExchange& exchange) {
  std::exception_ptr failure;
  try {
    co_await context_.handler(exchange);
  } catch (...) {  // a bug or a cancellation: sorted out below
    failure = std::current_exception();
  }
  if (failure && base::is_cancellation(failure)) std::rethrow_exception(failure);
  if (failure) {
    context_.log.error("a request ended with an exception",
                       {{"id", exchange.request().id}, {"exception", base::describe(failure)}});
  }
  if (!exchange.started()) {
    co_await exchange.respond(context_.error_response(
        Error{.code = ErrorCode::internal,
              .message = "the daemon failed on this request; its log says more"}));
  }
}

/// Returns when the client has closed its side. A client that sends its next request early is not
/// watched any longer: what it wants shows when the answer is written. Nor is a WebSocket, which
/// notices it.
awaitable<void> Connection::wait_for_client_to_leave(const StreamExchange& exchange) {
  auto& socket = wire_.stream.socket();
  for (;;) {
    const auto [error] =
        co_await socket.async_wait(asio::socket_base::wait_read, as_tuple(use_awaitable));
    if (error) co_return;
    if (exchange.is_web_socket()) break;
    char byte = 0;
    const auto peeked = recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked > 0) break;
    // A wake-up may be about bytes that have been read since.
    const bool nothing_there = peeked < 0 && (errno == EAGAIN || errno == EINTR);
    if (!nothing_there) co_return;
  }
  base::Condition never(wire_.stream.get_executor());
  for (;;) co_await never.wait();
}

awaitable<void> Connection::refuse(const Error& error) {
  wire_.keep_alive = false;
  Request unread;
  unread.id = "req_" + context_.ids.token();
  StreamExchange exchange(wire_, std::move(unread));
  if (co_await exchange.respond(context_.error_response(error))) co_await discard_input();
}

/// Lets the client read the answer to a request that was not read to its end: closing a socket with
/// unread input resets the connection, which may destroy what has been sent.
awaitable<void> Connection::discard_input() {
  boost::system::error_code ignored;  // the client may have left already
  wire_.stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  std::array<char, 16UL * 1024> discarded{};
  wire_.stream.expires_after(std::chrono::seconds(2));
  for (;;) {
    const auto [error, size] =
        co_await wire_.stream.async_read_some(asio::buffer(discarded), as_tuple(use_awaitable));
    if (error) co_return;
  }
}

}  // namespace lmbridge::http
