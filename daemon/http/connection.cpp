#include "http/connection.hpp"

#include "base/clock.hpp"
#include "http/head.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/chrono.h>

#include <sys/socket.h>

#include <array>
#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::as_tuple;
using asio::awaitable;
using asio::use_awaitable;

namespace {

std::unexpected<Error> client_gone(const boost::system::error_code& error) {
  return fail(ErrorCode::cancelled, "the client is gone: " + error.message());
}

/// IMF-fixdate (RFC 9110, section 5.6.7).
std::string http_date() {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr)));
}

template <class Message>
void add_headers(Message& message, const Headers& headers) {
  for (const auto& [name, value] : headers.entries()) message.insert(name, value);
}

}  // namespace

/// The answer to one request, written to the connection's socket.
class Connection::StreamExchange final : public Exchange {
 public:
  StreamExchange(Connection& connection, Request request)
      : connection_(connection), request_(std::move(request)) {
    common_.add("x-request-id", request_.id);
  }

  [[nodiscard]] const Request& request() const override { return request_; }
  [[nodiscard]] bool started() const override { return started_; }
  [[nodiscard]] bool client_left() const override { return client_left_; }
  void note_client_left() { client_left_ = true; }
  [[nodiscard]] bool finished() const { return finished_; }

  void add_response_header(std::string name, std::string value) override {
    common_.add(std::move(name), std::move(value));
  }

  awaitable<Result<void>> respond(Response response) override {
    bhttp::response<bhttp::string_body> message(bhttp::int_to_status(response.status),
                                                connection_.version_);
    decorate(message, response.headers);
    message.content_length(response.body.size());
    if (request_.method != "HEAD") message.body() = std::move(response.body);
    started_ = true;
    bhttp::response_serializer<bhttp::string_body> serializer(message);
    connection_.stream_.expires_after(connection_.context_.options.write_timeout);
    const auto [error, size] =
        co_await bhttp::async_write(connection_.stream_, serializer, as_tuple(use_awaitable));
    if (error) co_return client_gone(error);
    finished_ = true;
    co_return Result<void>();
  }

  awaitable<Result<void>> start_stream(Response head) override {
    bhttp::response<bhttp::empty_body> message(bhttp::int_to_status(head.status),
                                               connection_.version_);
    // HTTP/1.0 knows no chunks: there the end of the connection is the end of the stream.
    chunked_ = connection_.version_ == 11;
    if (!chunked_) connection_.keep_alive_ = false;
    decorate(message, head.headers);
    message.chunked(chunked_);
    started_ = true;
    bhttp::response_serializer<bhttp::empty_body> serializer(message);
    connection_.stream_.expires_after(connection_.context_.options.write_timeout);
    const auto [error, size] = co_await bhttp::async_write_header(connection_.stream_, serializer,
                                                                  as_tuple(use_awaitable));
    if (error) co_return client_gone(error);
    co_return Result<void>();
  }

  awaitable<Result<void>> write(std::string_view data) override {
    // An empty chunk would be the end.
    if (data.empty()) co_return Result<void>();
    const auto body = asio::buffer(data);
    if (chunked_) co_return co_await write_buffers(bhttp::make_chunk(body));
    co_return co_await write_buffers(body);
  }

  awaitable<Result<void>> finish() override {
    finished_ = true;
    if (!chunked_) co_return Result<void>();
    co_return co_await write_buffers(bhttp::make_chunk_last());
  }

 private:
  template <class Message>
  void decorate(Message& message, const Headers& headers) {
    message.set(bhttp::field::date, http_date());
    add_headers(message, headers);
    add_headers(message, common_);
    if (connection_.context_.stopping) connection_.keep_alive_ = false;
    message.keep_alive(connection_.keep_alive_);
  }

  template <class Buffers>
  awaitable<Result<void>> write_buffers(const Buffers& buffers) {
    connection_.stream_.expires_after(connection_.context_.options.write_timeout);
    const auto [error, size] =
        co_await asio::async_write(connection_.stream_, buffers, as_tuple(use_awaitable));
    if (error) co_return client_gone(error);
    co_return Result<void>();
  }

  Connection& connection_;
  Request request_;
  Headers common_;
  bool client_left_ = false;
  bool started_ = false;
  bool finished_ = false;
  bool chunked_ = false;
};

Connection::Connection(asio::ip::tcp::socket socket, ConnectionContext& context)
    : context_(context), stream_(std::move(socket)), buffer_(head_limit) {
  boost::system::error_code ignored;  // a client that has already left is noticed by the first read
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

awaitable<void> Connection::run() {
  while (co_await serve_one()) {
  }
  boost::system::error_code ignored;  // the client may have closed it already
  stream_.socket().close(ignored);
}

void Connection::close_if_idle() {
  if (idle_) stream_.cancel();
}

/// True when another request may follow.
awaitable<bool> Connection::serve_one() {
  auto request = co_await read_request();
  if (!request) {
    if (request.error().code != ErrorCode::cancelled) co_await refuse(request.error());
    co_return false;
  }
  StreamExchange exchange(*this, *std::move(request));
  co_await handle(exchange);
  co_return exchange.finished() && keep_alive_ && !context_.stopping;
}

/// The size of the head in the buffer; `cancelled` when the client left without a word.
awaitable<Result<std::size_t>> Connection::read_head() {
  if (buffer_.size() == 0) {
    idle_ = true;
    stream_.expires_after(context_.options.idle_timeout);
    const auto [error, size] =
        co_await stream_.async_read_some(buffer_.prepare(4096), as_tuple(use_awaitable));
    idle_ = false;
    if (error) co_return client_gone(error);
    buffer_.commit(size);
  }
  stream_.expires_after(context_.options.header_timeout);
  const auto [error, size] =
      co_await asio::async_read_until(stream_, buffer_, "\r\n\r\n", as_tuple(use_awaitable));
  if (error == asio::error::not_found) {
    co_return fail(ErrorCode::header_too_large,
                   fmt::format("the request's head is larger than {} bytes", head_limit));
  }
  if (error == beast::error::timeout) {
    co_return fail(ErrorCode::request_timeout, "the request's head did not arrive in time");
  }
  if (error) co_return client_gone(error);
  co_return size;
}

awaitable<Result<Request>> Connection::read_request() {
  keep_alive_ = false;
  const auto head_size = co_await read_head();
  if (!head_size) co_return std::unexpected(head_size.error());

  BeastRequestParser parser;
  const std::string_view head(static_cast<const char*>(buffer_.data().data()), *head_size);
  if (auto parsed = parse_head(parser, head, context_.options.body_limit); !parsed) {
    co_return std::unexpected(parsed.error());
  }
  buffer_.consume(*head_size);
  version_ = parser.get().version();
  if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue") && !parser.is_done()) {
    co_await asio::async_write(stream_, asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25),
                               as_tuple(use_awaitable));
  }
  if (!parser.is_done()) {
    stream_.expires_after(context_.options.body_timeout);
    const auto [error, size] =
        co_await bhttp::async_read(stream_, buffer_, parser, as_tuple(use_awaitable));
    if (error == beast::error::timeout) {
      co_return fail(ErrorCode::request_timeout, "the request's body did not arrive in time");
    }
    if (error.category() == make_error_code(bhttp::error::body_limit).category() &&
        error != bhttp::error::partial_message) {
      co_return std::unexpected(body_error(error, context_.options.body_limit));
    }
    if (error) co_return client_gone(error);
  }
  keep_alive_ = parser.keep_alive();
  auto request = take_request(parser);
  request.id = "req_" + context_.ids.token();
  co_return request;
}

/// Runs the handler until it ends or the client leaves, whichever comes first.
awaitable<void> Connection::handle(StreamExchange& exchange) {
  base::TaskGroup tasks(stream_.get_executor(), context_.log);
  base::Condition changed(stream_.get_executor());
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
      co_await wait_for_client_to_leave();
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
/// watched any longer: what it wants shows when the answer is written.
awaitable<void> Connection::wait_for_client_to_leave() {
  auto& socket = stream_.socket();
  const auto [error] =
      co_await socket.async_wait(asio::socket_base::wait_read, as_tuple(use_awaitable));
  if (error) co_return;
  char byte = 0;
  const auto peeked = recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked <= 0) co_return;
  base::Condition never(stream_.get_executor());
  for (;;) co_await never.wait();
}

awaitable<void> Connection::refuse(const Error& error) {
  keep_alive_ = false;
  Request unread;
  unread.id = "req_" + context_.ids.token();
  StreamExchange exchange(*this, std::move(unread));
  if (co_await exchange.respond(context_.error_response(error))) co_await discard_input();
}

/// Lets the client read the answer to a request that was not read to its end: closing a socket with
/// unread input resets the connection, which may destroy what has been sent.
awaitable<void> Connection::discard_input() {
  boost::system::error_code ignored;  // the client may have left already
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::array<char, 16UL * 1024> discarded{};
  stream_.expires_after(std::chrono::seconds(2));
  for (;;) {
    const auto [error, size] =
        co_await stream_.async_read_some(asio::buffer(discarded), as_tuple(use_awaitable));
    if (error) co_return;
  }
}

}  // namespace lmbridge::http
