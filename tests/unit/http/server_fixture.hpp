// A Server on a free loopback port with handlers that tests steer.
#pragma once

#include "base/ids.hpp"
#include "base/task_group.hpp"
#include "http/server.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::http {

/// Paths: /empty answers 204, /stream answers "one" and "two" in chunks, /sized/N does so having
/// said that there are N bytes, /wait answers once `released`, /upload reads its body in pieces of
/// `piece_size` and says what it was, /upload/wait waits for `released` after its first piece,
/// /upload/then_wait at its end, /upload/unread answers without, /flood writes until it can't,
/// /socket is a WebSocket that echoes, /socket/flood one that writes until it can't, /socket/close
/// one that says goodbye, /socket/busy one that does so while it reads and writes; /throw and
/// /silent are handlers with bugs; all others say what they were asked.
class ServerFixture : public testing::Test {
 protected:
  using Clock = std::chrono::steady_clock;
  using Body = std::function<boost::asio::awaitable<void>()>;

  /// Runs `body` with the server, then stops it.
  void run(Body body) {
    test::run(context, [&]() -> boost::asio::awaitable<void> {
      server = std::make_unique<Server>(test::must(listen()), server_context());
      if (const auto address = server->address(); !unix_address) {
        port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
      }
      std::exception_ptr failure;
      try {
        co_await body();
      } catch (...) {  // thrown again once the server is gone
        failure = std::current_exception();
      }
      co_await server->stop(std::chrono::seconds(0));
      server.reset();
      if (failure) std::rethrow_exception(failure);
    }());
  }

  Result<Listener> listen() const {
    if (inherited) return http::listen(executor, *inherited);
    return unix_address ? http::listen(executor, *unix_address)
                        : http::listen(executor, TcpAddress());
  }

  ConnectionContext server_context() {
    return {.options = options,
            .handler = [this](Exchange& exchange) { return handle(exchange); },
            .error_response =
                [](const Error& error) {
                  return Response{.status = status_of(error.code),
                                  .headers = {{"content-type", "text/plain"}},
                                  .body = std::string(base::name(error.code))};
                },
            .log = log,
            .ids = ids,
            .streamed_body_limit =
                [this](const Request& head) {
                  return head.path.starts_with("/upload") ? std::optional(streamed_limit)
                                                          : std::nullopt;
                }};
  }

  boost::asio::awaitable<std::unique_ptr<test::RawClient>> connect(int receive_buffer = 0) {
    auto client = std::make_unique<test::RawClient>(executor);
    if (unix_address) {
      co_await client->connect(unix_address->path);
    } else {
      co_await client->connect(port, receive_buffer);
    }
    co_return client;
  }

  static std::string get(std::string_view path, std::string_view more_headers = "") {
    return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, more_headers);
  }

  static std::string post(std::string_view path, std::string_view body) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{}", path,
                       body.size(), body);
  }

  /// Waits until `condition` holds; whoever changes something that it reads calls changed.notify().
  boost::asio::awaitable<void> wait_until(std::function<bool()> condition) {
    while (!condition()) co_await changed.wait();
  }

  void release() {
    released = true;
    release_changed.notify();
  }

  static unsigned status_of(ErrorCode code) {
    switch (code) {
      case ErrorCode::method_not_allowed:
        return 405;
      case ErrorCode::request_timeout:
        return 408;
      case ErrorCode::payload_too_large:
        return 413;
      case ErrorCode::header_too_large:
        return 431;
      case ErrorCode::internal:
        return 500;
      default:
        return 400;
    }
  }

  boost::asio::awaitable<void> handle(Exchange& exchange) {
    started.push_back(exchange.request().path);
    last_headers = exchange.request().headers;
    last_peer = exchange.request().peer;
    changed.notify();
    // Told apart from an answer that was given: a cancelled handler gets no further.
    const std::shared_ptr<void> ended(nullptr, [this](void*) {
      last_end = Clock::now();
      ++ends;
      changed.notify();
    });
    const auto& path = exchange.request().path;
    if (path == "/stream") {
      co_await stream(exchange);
    } else if (path.starts_with("/sized/")) {
      co_await sized(exchange, std::stoul(path.substr(7)));
    } else if (path == "/wait") {
      while (!released) co_await release_changed.wait();
      co_await exchange.respond({.status = 200, .headers = {}, .body = "released"});
    } else if (path.starts_with("/upload")) {
      co_await upload(exchange);
    } else if (path == "/flood") {
      co_await flood(exchange);
    } else if (path.starts_with("/socket")) {
      co_await serve_socket(exchange);
    } else if (path == "/throw") {
      throw std::runtime_error("a bug in a handler");
    } else if (path == "/empty") {
      co_await exchange.respond({.status = 204, .headers = {}, .body = {}});
    } else if (path != "/silent") {
      const auto& request = exchange.request();
      co_await exchange.respond({.status = 200,
                                 .headers = {{"content-type", "text/plain"}},
                                 .body = request.method + ' ' + request.path + ' ' + request.body});
    }
    ++completed;
  }

  static boost::asio::awaitable<Result<void>> write(Exchange& exchange, std::string_view data) {
    if (exchange.write_now(data)) co_return Result<void>();
    co_return co_await exchange.flush();
  }

  boost::asio::awaitable<void> stream(Exchange& exchange) {
    const Response head{.status = 200, .headers = {{"content-type", "text/plain"}}, .body = {}};
    test::must(co_await exchange.start_stream(head));
    test::must(co_await write(exchange, "one"));
    test::must(co_await write(exchange, ""));
    test::must(co_await write(exchange, "two"));
    test::must(co_await exchange.finish());
  }

  boost::asio::awaitable<void> sized(Exchange& exchange, std::uint64_t length) {
    test::must(co_await exchange.start_sized({.status = 200, .headers = {}, .body = {}}, length));
    test::must(co_await write(exchange, "one"));
    test::must(co_await write(exchange, "two"));
    test::must(co_await exchange.finish());
  }

  boost::asio::awaitable<void> upload(Exchange& exchange) {
    const auto& path = exchange.request().path;
    std::string piece(piece_size, '\0');
    Result<std::size_t> size = path == "/upload/unread" ? 0U : co_await exchange.read_body(piece);
    while (size && *size > 0) {
      ++pieces;
      uploaded.append(piece, 0, *size);
      changed.notify();
      while (path == "/upload/wait" && !released) co_await release_changed.wait();
      size = co_await exchange.read_body(piece);
    }
    while (path == "/upload/then_wait" && !released) co_await release_changed.wait();
    upload_end = size ? "whole" : std::string(base::name(size.error().code));
    co_await exchange.respond({.status = size ? 200U : status_of(size.error().code),
                               .headers = {{"content-type", "text/plain"}},
                               .body = size ? uploaded : upload_end});
  }

  boost::asio::awaitable<void> serve_socket(Exchange& exchange) {
    const auto& path = exchange.request().path;
    const auto accepted = co_await exchange.accept_web_socket(socket_options);
    if (!accepted) {
      co_await exchange.respond(
          {.status = status_of(accepted.error().code), .headers = {}, .body = {}});
      co_return;
    }
    auto& socket = **accepted;
    if (path == "/socket/busy") co_return co_await do_all_at_once(socket);
    const std::string piece(256UL * 1024, 'f');
    write_result = Result<void>();
    while (path == "/socket/flood" && write_result) {
      write_result = co_await socket.write_bytes(piece);
    }
    if (path == "/socket/close") co_await socket.close(4001, "bye");
    auto message = co_await socket.read();
    while (message) {
      test::must(message->is_text ? co_await socket.write_text(message->data)
                                  : co_await socket.write_bytes(message->data));
      message = co_await socket.read();
    }
    socket_end = std::string(base::name(message.error().code));
    changed.notify();
  }

  /// Three tasks: what a WebSocket has to bear.
  boost::asio::awaitable<void> do_all_at_once(WebSocket& socket) {
    base::TaskGroup tasks(executor, log);
    tasks.spawn("reader", [&]() -> boost::asio::awaitable<void> { (void)co_await socket.read(); });
    tasks.spawn("writer", [&]() -> boost::asio::awaitable<void> {
      const std::string piece(256UL * 1024, 'f');
      while (co_await socket.write_bytes(piece)) {
      }
    });
    has_said_goodbye = true;
    changed.notify();
    co_await socket.close(4000, "");
    co_await tasks.stop(std::chrono::seconds(1));
  }

  boost::asio::awaitable<void> flood(Exchange& exchange) {
    const std::string piece(256UL * 1024, 'f');
    write_result = co_await exchange.start_stream({.status = 200, .headers = {}, .body = {}});
    while (write_result) write_result = co_await write(exchange, piece);
  }

  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  base::RandomIds ids;
  ServerOptions options;
  std::unique_ptr<Server> server;
  /// Where it listens, if not on a free port.
  std::optional<UnixAddress> unix_address;
  /// What it listens on, wherever that is.
  std::optional<InheritedSocket> inherited;
  std::uint16_t port = 0;

  /// One waiter at a time.
  base::Condition changed{executor};
  /// Paths of the requests that reached the handler.
  std::vector<std::string> started;
  Headers last_headers;
  std::optional<Peer> last_peer;
  /// Handlers that are over, and those of them that were not cut short.
  int ends = 0;
  int completed = 0;
  Clock::time_point last_end;
  Result<void> write_result;
  std::uint64_t streamed_limit = 1'000'000;
  std::size_t piece_size = 1000;
  /// What has come of all uploads, in how many pieces, and how the last one ended.
  std::string uploaded;
  int pieces = 0;
  std::string upload_end;
  WebSocketOptions socket_options;
  bool has_said_goodbye = false;
  /// Why a WebSocket could not be read any more.
  std::string socket_end;
  bool released = false;
  base::Condition release_changed{executor};
};

}  // namespace lmbridge::http
