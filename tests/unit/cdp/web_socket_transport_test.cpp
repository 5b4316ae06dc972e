#include "cdp/web_socket_transport.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace lmbridge::cdp {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

/// What listens is played by the test, to the byte.
class WhatListens : public testing::Test {
 protected:
  /// Answers each connection's request with the next of `answers`, and leaves it open.
  awaitable<void> serve(std::vector<std::string> answers) {
    std::vector<tcp::socket> open;
    for (const auto& answer : answers) {
      auto socket = co_await acceptor.async_accept(use_awaitable);
      std::string request;
      co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n",
                                      use_awaitable);
      requests.push_back(request.substr(0, request.find("\r\n")));
      co_await asio::async_write(socket, asio::buffer(answer), asio::as_tuple(use_awaitable));
      open.push_back(std::move(socket));
    }
    co_await acceptor.async_accept(use_awaitable);  // until it is cancelled
  }

  /// Why nothing came of it.
  Error failure_with(std::vector<std::string> answers, std::string target = "",
                     std::chrono::milliseconds timeout = 5s) {
    Error error;
    context.restart();
    test::run(context, [&]() -> awaitable<void> {
      base::TaskGroup tasks(executor, log);
      co_await tasks.enclose([&]() -> awaitable<void> {
        tasks.spawn("server", [&] { return serve(answers); });
        const auto connected = co_await connect_web_socket(
            executor, {.host = "127.0.0.1", .port = port(), .target = target}, timeout);
        test::require(!connected, "it must fail");
        error = connected.error();
      }());
    }());
    EXPECT_EQ(error.code, ErrorCode::browser_gone);
    return error;
  }

  [[nodiscard]] std::string port() const {
    return std::to_string(acceptor.local_endpoint().port());
  }

  static std::string ok(std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  }

  asio::io_context context{1};
  asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::vector<std::string> requests;
};

TEST_F(WhatListens, IsAskedForItsTargetOnlyWhereNoneIsKnown) {
  failure_with({ok(R"({"webSocketDebuggerUrl":"ws://elsewhere/devtools/browser/a"})"),
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"});
  EXPECT_THAT(requests, testing::ElementsAre("GET /json/version HTTP/1.1",
                                             "GET /devtools/browser/a HTTP/1.1"));
  requests.clear();
  failure_with({"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}, "/devtools/browser/b");
  EXPECT_THAT(requests, testing::ElementsAre("GET /devtools/browser/b HTTP/1.1"));
}

TEST_F(WhatListens, IsNamedWithWhatItSaidWhenItIsNoBrowser) {
  const std::pair<std::string, std::string> cases[] = {
      {ok("hello"), "names no webSocketDebuggerUrl"},
      {ok("[]"), "names no webSocketDebuggerUrl"},
      {ok(R"({"webSocketDebuggerUrl":7})"), "names no webSocketDebuggerUrl"},
      {ok(R"({"webSocketDebuggerUrl":"/devtools"})"), "webSocketDebuggerUrl is none"},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
       "it answered with status 403 and \"\""},
      {ok(std::string(100'000, ' ')), "body limit exceeded"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n", "header limit"},
      {"220 mail.example.org ESMTP\r\n", "bad version"},
  };
  for (const auto& [answer, reason] : cases) {
    const auto error = failure_with({answer});
    EXPECT_THAT(error.message, StartsWith("127.0.0.1:" + port() + " was asked for /json/version"));
    EXPECT_THAT(error.message, HasSubstr(reason)) << answer.substr(0, 60);
  }
}

TEST_F(WhatListens, IsNotWaitedForLongerThanItMayTake) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(failure_with({""}, "", 200ms).message, HasSubstr("timeout"));
  EXPECT_THAT(failure_with({""}, "/devtools/browser/a", 200ms).message, HasSubstr("timeout"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(WhatListens, IsToldApartFromNothing) {
  const auto taken = port();
  acceptor.close();
  Error error;
  test::run(context, [&]() -> awaitable<void> {
    const auto connected = co_await connect_web_socket(
        executor, {.host = "127.0.0.1", .port = taken, .target = ""}, 5s);
    error = connected.error();
  }());
  EXPECT_THAT(error.message, HasSubstr("no browser listens at 127.0.0.1:" + taken));
  EXPECT_THAT(error.message, HasSubstr("--remote-debugging-port=" + taken));
}

}  // namespace
}  // namespace lmbridge::cdp
