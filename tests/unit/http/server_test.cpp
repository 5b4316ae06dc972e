#include "tests/unit/http/server_fixture.hpp"

#include <gmock/gmock.h>

#include <set>

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;

using HttpServer = ServerFixture;

TEST_F(HttpServer, AnswersOneRequestAfterTheOtherOnAConnection) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    std::set<std::string> ids_seen;
    for (int i = 0; i < 5; ++i) {
      const auto response = co_await client->exchange(get("/" + std::to_string(i)));
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.body, "GET /" + std::to_string(i) + ' ');
      EXPECT_FALSE(response.has("connection: close"));
      EXPECT_TRUE(response.names("date"));
      EXPECT_THAT(response.value("x-request-id"), testing::StartsWith("req_"));
      ids_seen.insert(response.value("x-request-id"));
    }
    EXPECT_EQ(ids_seen.size(), 5U);
    EXPECT_EQ(server->connections(), 1U);
  });
}

TEST_F(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/a") + post("/b", "body of b") + get("/stream") + get("/c"));
    EXPECT_EQ((co_await client->receive()).body, "GET /a ");
    EXPECT_EQ((co_await client->receive()).body, "POST /b body of b");
    EXPECT_EQ((co_await client->receive()).body, "onetwo");
    EXPECT_EQ((co_await client->receive()).body, "GET /c ");
  });
}

TEST_F(HttpServer, ReadsARequestThatComesByteByByte) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    for (const char c : post("/slow", "body")) co_await client->send(std::string(1, c));
    EXPECT_EQ((co_await client->receive()).body, "POST /slow body");
  });
}

TEST_F(HttpServer, ClosesWhenTheClientAsksForIt) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(get("/a", "Connection: close\r\n"));
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_EQ(co_await client->receive_rest(), "");
  });
}

TEST_F(HttpServer, AnswersHeadWithTheHeadersAndWithoutTheBody) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send("HEAD /abc HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto response = co_await client->receive(false);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.value("content-length"), std::to_string(std::string("HEAD /abc ").size()));
    // A body would stand in front of the next answer.
    EXPECT_EQ((co_await client->exchange(get("/next"))).body, "GET /next ");
  });
}

TEST_F(HttpServer, AnswersHeadForAStreamWithoutItsBodyToo) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ((co_await client->receive(false)).status, 200);
    EXPECT_EQ((co_await client->exchange(get("/next"))).body, "GET /next ");
  });
}

TEST_F(HttpServer, SendsNoLengthWithAnAnswerThatNeverHasABody) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(get("/empty"));
    EXPECT_EQ(response.status, 204);
    EXPECT_FALSE(response.names("content-length"));
    EXPECT_EQ((co_await client->exchange(get("/empty"))).status, 204);
  });
}

TEST_F(HttpServer, StreamsInChunksAndTheConnectionStaysUsable) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    for (int i = 0; i < 3; ++i) {
      const auto response = co_await client->exchange(get("/stream"));
      EXPECT_TRUE(response.has("transfer-encoding: chunked"));
      EXPECT_FALSE(response.names("content-length"));
      EXPECT_EQ(response.body, "onetwo");
      EXPECT_EQ((co_await client->exchange(get("/whole"))).body, "GET /whole ");
    }
  });
}

TEST_F(HttpServer, StreamsToHttp10WithoutChunksAndEndsWithTheConnection) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response =
        co_await client->exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(response.head, testing::StartsWith("http/1.0 200"));
    EXPECT_FALSE(response.names("transfer-encoding"));
    EXPECT_FALSE(response.has("connection: keep-alive"));
    EXPECT_EQ(response.body, "onetwo");
  });
}

TEST_F(HttpServer, KeepsAnHttp10ConnectionOnlyWhenAsked) {
  run([&]() -> awaitable<void> {
    const auto keeping = co_await connect();
    const std::string kept = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    const auto response = co_await keeping->exchange(kept);
    EXPECT_TRUE(response.has("connection: keep-alive"));
    EXPECT_EQ((co_await keeping->exchange(kept)).body, "GET /a ");
    const auto plain = co_await connect();
    EXPECT_EQ((co_await plain->exchange("GET /b HTTP/1.0\r\n\r\n")).body, "GET /b ");
    EXPECT_EQ(co_await plain->receive_rest(), "");
  });
}

TEST_F(HttpServer, AHandlersExceptionBecomesAnAnswerWithoutItsText) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(get("/throw"));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, "internal");
    EXPECT_EQ(log.count(base::LogLevel::error, "a bug in a handler"), 1U);
    EXPECT_EQ((co_await client->exchange(get("/next"))).status, 200);
  });
}

TEST_F(HttpServer, AHandlerThatSaysNothingIsAnInternalErrorToo) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/silent"))).status, 500);
    EXPECT_EQ((co_await client->exchange(get("/next"))).status, 200);
  });
}

TEST_F(HttpServer, WhatIsAmbiguousIsRefusedAndTheConnectionClosed) {
  run([&]() -> awaitable<void> {
    for (const std::string request :
         {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
          "chunked\r\n\r\nabc",
          "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/3.0\r\n\r\n",
          "\x16\x03\x01\x02 no TLS here\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
      const auto client = co_await connect();
      const auto response = co_await client->exchange(request + get("/smuggled"));
      EXPECT_EQ(response.status, 400) << request;
      EXPECT_TRUE(response.has("connection: close")) << request;
      EXPECT_TRUE(response.names("x-request-id")) << request;
      EXPECT_EQ(co_await client->receive_rest(), "") << request;
    }
    EXPECT_TRUE(started.empty());
  });
}

TEST_F(HttpServer, TraceIsRefused) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(response.status, 405);
  });
}

TEST_F(HttpServer, SaysWhichPortIsTakenWhenItCannotListen) {
  run([&]() -> awaitable<void> {
    TcpAddress taken;
    taken.port = port;
    const auto second = http::listen(executor, taken);
    test::require(!second, "two servers on one port");
    EXPECT_EQ(second.error().code, ErrorCode::address_in_use);
    EXPECT_THAT(second.error().message, HasSubstr(std::to_string(port)));
    taken.host = "no-address";
    EXPECT_EQ(test::code_of(http::listen(executor, taken)), ErrorCode::invalid_configuration);
    co_return;
  });
}

}  // namespace
}  // namespace lmbridge::http
