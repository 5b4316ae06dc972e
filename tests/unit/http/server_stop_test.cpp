#include "tests/unit/http/server_fixture.hpp"

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

class StoppingServer : public ServerFixture {
 protected:
  /// Runs server->stop() beside the test; `stopped` tells when it has returned.
  void start_stop(base::TaskGroup& tasks, Clock::duration drain) {
    tasks.spawn("stop", [this, drain]() -> awaitable<void> {
      co_await server->stop(drain);
      stopped = true;
    });
  }

  bool stopped = false;
};

TEST_F(StoppingServer, ClosesIdleConnectionsAtOnce) {
  run([&]() -> awaitable<void> {
    const auto fresh = co_await connect();
    const auto used = co_await connect();
    EXPECT_EQ((co_await used->exchange(get("/a"))).status, 200);
    const auto start = Clock::now();
    co_await server->stop(10s);
    EXPECT_LT(Clock::now() - start, 2s);
    EXPECT_EQ(co_await fresh->receive_rest(), "");
    EXPECT_EQ(co_await used->receive_rest(), "");
    EXPECT_FALSE(used->was_reset());
  });
}

TEST_F(StoppingServer, ClosesAConnectionThatHasJustComeAtOnce) {
  run([&]() -> awaitable<void> {
    // Accepted in one turn of the loop, stopped in the next, however they fall together.
    for (int i = 0; i < 3; ++i) co_await connect();
    const auto client = co_await connect();
    const auto start = Clock::now();
    co_await server->stop(10s);
    EXPECT_LT(Clock::now() - start, 2s);
    co_await client->receive_rest();
    EXPECT_EQ(server->connections(), 0U);
  });
}

TEST_F(StoppingServer, LetsARunningAnswerEndAndSaysThatItIsTheLast) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/wait") + get("/never read"));
    co_await wait_until([&] { return started.size() == 1; });
    base::TaskGroup tasks(executor, log);
    start_stop(tasks, 10s);
    boost::system::error_code refused;
    // The backlog may take a few before it is closed.
    while (refused != boost::asio::error::connection_refused) {
      try {
        co_await connect();
      } catch (const boost::system::system_error& error) {
        refused = error.code();
      }
    }
    EXPECT_FALSE(stopped);
    release();
    const auto response = co_await client->receive();
    EXPECT_EQ(response.body, "released");
    EXPECT_TRUE(response.has("connection: close"));
    co_await tasks.join();
    EXPECT_TRUE(stopped);
    EXPECT_EQ(started, std::vector<std::string>{"/wait"});
  });
}

TEST_F(StoppingServer, CutsAStreamThatDoesNotEnd) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect(4096);
    co_await client->send(get("/flood"));
    co_await client->receive_head();
    const auto start = Clock::now();
    co_await server->stop(50ms);
    EXPECT_GE(Clock::now() - start, 50ms);
    EXPECT_LT(Clock::now() - start, 2s);
    EXPECT_EQ(ends, 1);
  });
}

TEST_F(StoppingServer, CancelsWhatHasNotEndedWhenTheTimeIsOver) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/wait"));
    co_await wait_until([&] { return started.size() == 1; });
    const auto start = Clock::now();
    co_await server->stop(50ms);
    EXPECT_GE(Clock::now() - start, 50ms);
    EXPECT_LT(Clock::now() - start, 2s);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(completed, 0);
    EXPECT_EQ(server->connections(), 0U);
    EXPECT_EQ(co_await client->receive_rest(), "");
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(StoppingServer, IsNotListeningAnyMore) {
  run([&]() -> awaitable<void> {
    co_await server->stop(0s);
    boost::system::error_code refused;
    try {
      co_await connect();
    } catch (const boost::system::system_error& error) {
      refused = error.code();
    }
    EXPECT_EQ(refused, boost::asio::error::connection_refused);
  });
}

}  // namespace
}  // namespace lmbridge::http
