#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/post.hpp>

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

using LeavingClients = ServerFixture;

TEST_F(LeavingClients, EndTheirHandlerAtOnce) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(post("/wait", "body"));
    co_await wait_until([&] { return started.size() == 1; });
    const auto left = Clock::now();
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_LT(last_end - left, 5s);
    EXPECT_EQ(completed, 0);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(LeavingClients, EndTheirHandlerWithAResetToo) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/wait"));
    co_await wait_until([&] { return started.size() == 1; });
    const auto left = Clock::now();
    client->reset();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_LT(last_end - left, 5s);
    EXPECT_EQ(completed, 0);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(LeavingClients, EndAStreamThatTheyHadStoppedReading) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect(4096);
    co_await client->send(get("/flood"));
    co_await client->receive_head();
    const auto left = Clock::now();
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_LT(last_end - left, 5s);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(LeavingClients, LeaveNoConnectionBehind) {
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 20; ++i) {
      const auto client = co_await connect();
      co_await client->send(get("/wait"));
      co_await wait_until([&] { return std::cmp_equal(started.size(), i + 1); });
      client->close();
      co_await wait_until([&] { return ends == i + 1; });
    }
    const auto last = co_await connect();
    co_await last->exchange(get("/a"));
    EXPECT_EQ(server->connections(), 1U);
  });
}

TEST_F(LeavingClients, AreNotConfusedWithThoseWhoseBodyComesInASecondPiece) {
  run([&]() -> awaitable<void> {
    // The body arrives while the head is being handled, in every possible turn of the loop.
    for (int turns = 0; turns < 12; ++turns) {
      const auto client = co_await connect();
      for (int i = 0; i < 20; ++i) {
        co_await client->send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
        for (int turn = 0; turn < turns; ++turn) {
          co_await boost::asio::post(executor, boost::asio::use_awaitable);
        }
        EXPECT_EQ((co_await client->exchange("body")).body, "POST /a body");
      }
    }
    EXPECT_EQ(ends, completed);
  });
}

TEST_F(LeavingClients, AreNotConfusedWithThoseWhoAskAgainEarly) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/wait"));
    co_await wait_until([&] { return started.size() == 1; });
    co_await client->send(get("/next"));
    const auto other = co_await connect();
    co_await other->exchange(get("/other"));
    EXPECT_EQ(ends, 1);
    release();
    EXPECT_EQ((co_await client->receive()).body, "released");
    EXPECT_EQ((co_await client->receive()).body, "GET /next ");
  });
}

}  // namespace
}  // namespace lmbridge::http
