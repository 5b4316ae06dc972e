#include "http/head.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <algorithm>

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

using ServerLimits = ServerFixture;

TEST_F(ServerLimits, AHeadThatIsTooLongIsRefused) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response =
        co_await client->exchange(get("/long", "X: " + std::string(2 * head_limit, 'x') + "\r\n"));
    EXPECT_EQ(response.status, 431);
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_EQ(co_await client->receive_rest(), "");
    EXPECT_FALSE(client->was_reset());
  });
}

TEST_F(ServerLimits, AHeadThatNeverEndsIsRefusedWhenItIsTooLong) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(std::string(head_limit + 1, 'g'));
    EXPECT_EQ(response.status, 431);
  });
}

TEST_F(ServerLimits, WhatCanNeverBecomeAHeadIsRefusedAtOnce) {
  run([&]() -> awaitable<void> {
    // TLS, control characters, and lines that end without CR; all without an empty line to wait
    // for.
    for (const auto& garbage :
         {std::string("\x16\x03\x01\x02\x00\x01\x00", 7), std::string("\0\0\0", 3),
          std::string("\r\n"), std::string("GET / HTTP/1.1\nHost: a\n\n")}) {
      const auto client = co_await connect();
      const auto response = co_await client->exchange(garbage);
      EXPECT_EQ(response.status, 400) << base::quoted(garbage);
      EXPECT_EQ(co_await client->receive_rest(), "");
    }
    EXPECT_TRUE(started.empty());
  });
}

TEST_F(ServerLimits, ABodyMayHoldWhatAHeadMayNot) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const std::string body = "\x16 a\nb\n\nc\r\n\r\n";
    EXPECT_EQ((co_await client->exchange(post("/b", body))).body, "POST /b " + body);
  });
}

TEST_F(ServerLimits, TooManyHeadersAreRefused) {
  run([&]() -> awaitable<void> {
    std::string headers;
    for (std::size_t i = 0; i < header_count_limit; ++i) headers += "X-Many: y\r\n";
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/many", headers))).status, 431);
  });
}

TEST_F(ServerLimits, AHeadOfAllowedLengthPasses) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto base = get("/long", "X: \r\n").size();
    const auto longest = get("/long", "X: " + std::string(head_limit - base, 'x') + "\r\n");
    EXPECT_EQ(longest.size(), head_limit);
    EXPECT_EQ((co_await client->exchange(longest)).status, 200);
    EXPECT_EQ((co_await client->exchange(longest)).status, 200);
  });
}

TEST_F(ServerLimits, AHeadThatStopsHalfwayTimesOut) {
  options.header_timeout = 60ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto start = Clock::now();
    const auto response = co_await client->exchange("GET / HTTP/1.1\r\nHo");
    EXPECT_EQ(response.status, 408);
    EXPECT_GE(Clock::now() - start, 60ms);
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_EQ(co_await client->receive_rest(), "");
  });
}

TEST_F(ServerLimits, DribblingAHeadDoesNotBuyTime) {
  options.header_timeout = 60ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    base::NullLog quiet;
    base::TaskGroup dribbling(executor, quiet);
    co_await dribbling.enclose([&]() -> awaitable<void> {
      dribbling.spawn("dribbler", [&]() -> awaitable<void> {
        boost::asio::steady_timer pace(executor);
        co_await client->send("GET / HTTP/1.1\r\nX: ");
        for (;;) {
          co_await client->send("x");
          pace.expires_after(5ms);
          co_await pace.async_wait(boost::asio::use_awaitable);
        }
      });
      EXPECT_EQ((co_await client->receive()).status, 408);
    }());
  });
}

TEST_F(ServerLimits, AnIdleConnectionIsClosedWithoutAWord) {
  options.idle_timeout = 60ms;
  run([&]() -> awaitable<void> {
    const auto fresh = co_await connect();
    const auto used = co_await connect();
    EXPECT_EQ((co_await used->exchange(get("/a"))).status, 200);
    EXPECT_EQ(co_await fresh->receive_rest(), "");
    EXPECT_FALSE(fresh->was_reset());
    EXPECT_EQ(co_await used->receive_rest(), "");
    EXPECT_FALSE(used->was_reset());
  });
}

TEST_F(ServerLimits, AnAnswerThatTakesLongIsNoIdleConnection) {
  options.idle_timeout = 30ms;
  options.header_timeout = 30ms;
  options.body_timeout = 30ms;
  options.write_timeout = 30ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/wait"));
    co_await wait_until([&] { return !started.empty(); });
    // Longer than every limit: as long as three idle connections live one after the other.
    for (int i = 0; i < 3; ++i) {
      const auto idle = co_await connect();
      EXPECT_EQ(co_await idle->receive_rest(), "");
    }
    release();
    EXPECT_EQ((co_await client->receive()).body, "released");
  });
}

TEST_F(ServerLimits, AClientThatDoesNotReadIsGivenUp) {
  options.write_timeout = 100ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect(4096);
    const auto start = Clock::now();
    co_await client->send(get("/flood"));
    co_await wait_until([&] { return ends == 1; });
    EXPECT_GE(Clock::now() - start, 100ms);
    EXPECT_LT(Clock::now() - start, 5s);
    EXPECT_EQ(completed, 1);
    EXPECT_FALSE(write_result);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(ServerLimits, AClientThatDoesNotReadCostsTheOthersNothing) {
  run([&]() -> awaitable<void> {
    const auto stuck = co_await connect(4096);
    co_await stuck->send(get("/flood"));
    co_await wait_until([&] { return !started.empty(); });
    const auto other = co_await connect();
    for (int i = 0; i < 20; ++i) {
      const auto start = Clock::now();
      EXPECT_EQ((co_await other->exchange(get("/quick"))).status, 200);
      EXPECT_LT(Clock::now() - start, 5s);
    }
    EXPECT_EQ(ends, 20);
  });
}

TEST_F(ServerLimits, ConnectionsBeyondTheMaximumWaitForTheirTurn) {
  options.max_connections = 2;
  run([&]() -> awaitable<void> {
    std::vector<std::unique_ptr<test::RawClient>> clients;
    for (int i = 0; i < 6; ++i) {
      clients.push_back(co_await connect());
      co_await clients.back()->send(get("/" + std::to_string(i)));
    }
    EXPECT_EQ((co_await clients[0]->receive()).status, 200);
    EXPECT_EQ((co_await clients[1]->receive()).status, 200);
    // Many turns of the loop, in which the others would have been answered.
    for (int i = 0; i < 20; ++i) co_await clients[0]->exchange(get("/again"));
    EXPECT_EQ(server->connections(), 2U);
    EXPECT_EQ(std::ranges::count(started, "/2"), 0);
    EXPECT_EQ(clients[2]->available(), 0U);
    for (std::size_t i = 2; i < clients.size(); ++i) {
      clients[i - 2]->close();
      EXPECT_EQ((co_await clients[i]->receive()).body, "GET /" + std::to_string(i) + ' ');
      EXPECT_LE(server->connections(), 2U);
    }
  });
}

}  // namespace
}  // namespace lmbridge::http
