// Servers that keep one waiting: nothing waits longer than its timeout.
#include "tests/unit/media/fake_dns.hpp"
#include "tests/unit/media/fetcher_fixture.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;

class FetcherTimeoutTest : public FetcherFixture {
 protected:
  /// How long a fetch took that a timeout ended.
  awaitable<Clock::duration> time_out(std::string link) {
    const auto begin = Clock::now();
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(std::move(link))), ErrorCode::timed_out);
    co_return Clock::now() - begin;
  }
};

TEST_F(FetcherTimeoutTest, GivesUpOnAServerThatFallsSilent) {
  options.silence_timeout = 50ms;
  options.max_retries = 1;
  server.at("/never", [](Exchange& exchange) { return exchange.wait_for_close(); });
  server.at("/stalls", [](Exchange& exchange) -> awaitable<void> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
    co_await exchange.wait_for_close();
  });
  run([&]() -> awaitable<void> {
    for (const auto* path : {"/never", "/stalls"}) {
      const auto taken = co_await time_out(server.url(path));
      EXPECT_GE(taken, 100ms);
      EXPECT_LT(taken, 2s);
    }
    co_await server.wait_until([&] { return server.closed == 4; });
    EXPECT_EQ(server.requests.size(), 4U);
  });
}

TEST_F(FetcherTimeoutTest, GivesUpOnABodyThatTrickles) {
  options.silence_timeout = 5s;
  options.total_timeout = 150ms;
  server.at("/trickle", [&](Exchange& exchange) -> awaitable<void> {
    exchange.last = true;
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    asio::steady_timer timer(executor);
    for (;;) {
      co_await exchange.send("x");
      timer.expires_after(10ms);
      co_await timer.async_wait(asio::use_awaitable);
    }
  });
  run([&]() -> awaitable<void> {
    const auto taken = co_await time_out(server.url("/trickle"));
    EXPECT_GE(taken, 150ms);
    EXPECT_LT(taken, 2s);
    co_await server.wait_until([&] { return server.closed == 1; });
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherTimeoutTest, GivesUpOnAConnectionThatIsNotMade) {
  options.connect_timeout = 100ms;
  options.max_retries = 0;
  // A line of connections that nobody accepts; Linux takes no more when it is full.
  asio::ip::tcp::acceptor full(executor, asio::ip::tcp::v4());
  full.bind({asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  asio::ip::tcp::socket filler(executor);
  filler.connect(full.local_endpoint());
  run([&]() -> awaitable<void> {
    const auto begin = Clock::now();
    const auto failed =
        co_await fetcher->fetch(fmt::format("http://127.0.0.1:{}/", full.local_endpoint().port()));
    EXPECT_EQ(test::code_of(failed), ErrorCode::timed_out);
    EXPECT_EQ(failed.error().message, "there was no connection to 127.0.0.1 within 0.1 s");
    EXPECT_LT(Clock::now() - begin, 2s);
  });
}

TEST_F(FetcherTimeoutTest, IsNotHeldUpByADnsThatDoesNotAnswer) {
  const test::StuckDns stuck;
  options.connect_timeout = 1s;
  options.max_retries = 0;
  server.serve("/", "x");
  run([&]() -> awaitable<void> {
    const auto cancelled = start_fetch("http://stuck.test/");
    const auto begin = Clock::now();
    test::must(co_await fetcher->fetch(server.url("/")));
    EXPECT_LT(co_await time_out("http://stuck.test/"), 4s);
    tasks.cancel();
    co_await tasks.join();
    EXPECT_LT(Clock::now() - begin, 4s);
    EXPECT_GE(test::FakeDns::waiting, 1);
  });
}

TEST_F(FetcherTimeoutTest, DoesNotWaitLongerForItsTurnThanForAllElse) {
  options.turns.at_once = 1;
  options.total_timeout = 60ms;
  server.at("/never", [](Exchange& exchange) { return exchange.wait_for_close(); });
  run([&]() -> awaitable<void> {
    std::vector<std::shared_ptr<std::optional<Result<Fetched>>>> results;
    results.reserve(5);
    const auto begin = Clock::now();
    for (int i = 0; i < 5; ++i) results.push_back(start_fetch(server.url("/never")));
    co_await tasks.join();
    EXPECT_LT(Clock::now() - begin, 2s);
    for (const auto& result : results) {
      EXPECT_EQ(test::code_of(result->value()), ErrorCode::timed_out);
    }
  });
}

}  // namespace
}  // namespace lmbridge::media
