// Fetching what is there, and being kept waiting.
#include "tests/unit/environment.hpp"
#include "tests/unit/media/fetcher_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;
using base::LogLevel;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class FetcherTest : public FetcherFixture {
 protected:
  awaitable<void> sleep(std::chrono::milliseconds duration) {
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
  }

  /// Answers once the gate is open.
  void serve_behind_gate(std::string path, std::string body) {
    server.at(std::move(path), [this, body](Exchange& exchange) -> awaitable<void> {
      co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
      co_await exchange.respond(200, "", body);
    });
  }
  void open_gate() { gate.expires_at(Clock::time_point::min()); }

  asio::steady_timer gate{executor, Clock::time_point::max()};
};

TEST_F(FetcherTest, BringsTheBytesAndTheDeclaredType) {
  std::string bytes(3'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  server.serve("/picture", bytes, "image/webp");
  run([&]() -> awaitable<void> {
    const auto fetched = test::must(co_await fetcher->fetch(server.url("/picture?signature=1")));
    EXPECT_TRUE(fetched.bytes == bytes);
    EXPECT_EQ(fetched.content_type, "image/webp");
    EXPECT_THAT(server.requests.at(0), StartsWith("GET /picture?signature=1 HTTP/1.1\r\n"));
  });
}

TEST_F(FetcherTest, UsesAConnectionAgain) {
  server.serve("/a", "a");
  server.redirect("/b", "/a");
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 3; ++i) test::must(co_await fetcher->fetch(server.url("/a")));
    test::must(co_await fetcher->fetch(server.url("/b")));
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/missing"))),
              ErrorCode::download_failed);
    test::must(co_await fetcher->fetch(server.url("/a")));
    EXPECT_EQ(server.connections, 1);
    EXPECT_EQ(server.requests.size(), 7U);
  });
}

TEST_F(FetcherTest, KeepsNoCookies) {
  server.at("/cookie", [](Exchange& exchange) {
    return exchange.respond(200, "Set-Cookie: tracked=1; Path=/\r\n", "x");
  });
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 2; ++i) test::must(co_await fetcher->fetch(server.url("/cookie")));
    EXPECT_THAT(server.requests.at(1), Not(HasSubstr("ookie:")));
  });
}

TEST_F(FetcherTest, FetchesManyAtOnceWithoutMixingThem) {
  std::vector<std::shared_ptr<std::optional<Result<Fetched>>>> results;
  const auto path_of = [](char name) { return std::string("/") + name; };
  const auto body_of = [](char name) { return std::string(100'000, name); };
  const std::string names = "abcdefghijklmnopqrst";
  results.reserve(names.size());
  for (const char name : names) serve_behind_gate(path_of(name), body_of(name));
  run([&]() -> awaitable<void> {
    for (const char name : names) results.push_back(start_fetch(server.url(path_of(name))));
    // Nobody gets an answer before all have asked: one after the other would never end.
    co_await server.wait_until([&] { return server.busy == 20; });
    open_gate();
    co_await tasks.join();
    for (std::size_t i = 0; i < names.size(); ++i) {
      EXPECT_TRUE(test::must(results[i]->value()).bytes == body_of(names[i]));
    }
  });
}

TEST_F(FetcherTest, LetsNoMoreThanAllowedRunAtOnce) {
  options.turns.at_once = 3;
  serve_behind_gate("/slow", "x");
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 12; ++i) start_fetch(server.url("/slow"));
    co_await server.wait_until([&] { return server.busy == 3; });
    EXPECT_EQ(fetcher->running(), 3U);
    EXPECT_EQ(fetcher->waiting(), 9U);
    open_gate();
    co_await tasks.join();
    EXPECT_EQ(server.requests.size(), 12U);
    EXPECT_EQ(server.busiest, 3);
    EXPECT_EQ(fetcher->running(), 0U);
  });
}

TEST_F(FetcherTest, OpensNoMoreConnectionsToAHostThanAllowed) {
  options.connections.per_host = 2;
  serve_behind_gate("/slow", "x");
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 8; ++i) start_fetch(server.url("/slow"));
    co_await server.wait_until([&] { return server.busy == 2; });
    EXPECT_EQ(fetcher->running(), 8U);
    open_gate();
    co_await tasks.join();
    EXPECT_EQ(server.requests.size(), 8U);
    EXPECT_EQ(server.connections, 2);
  });
}

TEST_F(FetcherTest, TriesAgainAfterErrorsOfTheServer) {
  int tries = 0;
  server.at("/flaky", [&](Exchange& exchange) {
    return ++tries < 3 ? exchange.respond(503, "", "busy") : exchange.respond(200, "", "there");
  });
  run([&]() -> awaitable<void> {
    const auto fetched = test::must(co_await fetcher->fetch(server.url("/flaky?secret=1")));
    EXPECT_EQ(fetched.bytes, "there");
    EXPECT_EQ(tries, 3);
    EXPECT_EQ(log.count(LogLevel::info, "127.0.0.1 answered the download with status 503"), 2U);
    EXPECT_EQ(log.count(LogLevel::info, "secret"), 0U);
  });
}

TEST_F(FetcherTest, GivesUpAfterTheRetriesThatAreAllowed) {
  server.at("/broken", [](Exchange& exchange) { return exchange.respond(500, "", "no"); });
  run([&]() -> awaitable<void> {
    const auto failed = co_await fetcher->fetch(server.url("/broken?secret=1"));
    EXPECT_EQ(test::code_of(failed), ErrorCode::download_failed);
    EXPECT_EQ(failed.error().message, "127.0.0.1 answered the download with status 500");
    EXPECT_EQ(server.requests.size(), 3U);
  });
}

TEST_F(FetcherTest, TriesAgainAfterABodyThatBreaksOff) {
  int tries = 0;
  server.at("/cut", [&](Exchange& exchange) -> awaitable<void> {
    exchange.last = ++tries == 1;
    if (tries > 1) co_return co_await exchange.respond(200, "", "0123456789");
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
  });
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::must(co_await fetcher->fetch(server.url("/cut"))).bytes, "0123456789");
    EXPECT_EQ(tries, 2);
  });
}

TEST_F(FetcherTest, DoesNotTryAgainWhatWillNotChange) {
  server.at("/401", [](Exchange& exchange) { return exchange.respond(401, "", "no"); });
  server.at("/403", [](Exchange& exchange) { return exchange.respond(403, "", "no"); });
  server.serve("/empty", "");
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/401"))),
              ErrorCode::download_forbidden);
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/403"))),
              ErrorCode::download_forbidden);
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/404"))),
              ErrorCode::download_failed);
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/empty"))),
              ErrorCode::download_failed);
    EXPECT_EQ(server.requests.size(), 4U);
  });
}

TEST_F(FetcherTest, DoesNotWaitForARetryThatWouldComeTooLate) {
  options.total_timeout = 5s;
  server.at("/later", [](Exchange& exchange) {
    return exchange.respond(503, "Retry-After: 60\r\n", "later");
  });
  run([&]() -> awaitable<void> {
    const auto begin = Clock::now();
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/later"))),
              ErrorCode::download_failed);
    EXPECT_LT(Clock::now() - begin, 2s);
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherTest, LetsOthersHaveTheirTurnWhileItWaitsForARetry) {
  options.turns.at_once = 1;
  options.retry_pause = 5s;
  server.at("/busy", [](Exchange& exchange) { return exchange.respond(503, "", "busy"); });
  server.serve("/free", "free");
  run([&]() -> awaitable<void> {
    const auto begin = Clock::now();
    start_fetch(server.url("/busy"));
    const auto fetched = test::must(co_await fetcher->fetch(server.url("/free")));
    EXPECT_EQ(fetched.bytes, "free");
    EXPECT_LT(Clock::now() - begin, 3s);
    EXPECT_EQ(log.count(LogLevel::info, "is tried again"), 1U);
  });
}

TEST_F(FetcherTest, SaysThatNobodyListens) {
  const auto port = server.port();
  options.max_retries = 1;
  run([&]() -> awaitable<void> {
    co_await server.stop();
    const auto failed = co_await fetcher->fetch(fmt::format("http://127.0.0.1:{}/?secret=1", port));
    EXPECT_EQ(test::code_of(failed), ErrorCode::network_error);
    EXPECT_THAT(failed.error().message,
                AllOf(HasSubstr("127.0.0.1"), HasSubstr("onnect"), Not(HasSubstr("secret"))));
    EXPECT_EQ(log.count(LogLevel::info, "is tried again"), 1U);
  });
}

TEST_F(FetcherTest, ReportsSlowDownloads) {
  options.slow_threshold = 20ms;
  server.serve("/fast", "x");
  server.at("/slow", [&](Exchange& exchange) -> awaitable<void> {
    co_await sleep(30ms);
    co_await exchange.respond(200, "", "slow");
  });
  run([&]() -> awaitable<void> {
    test::must(co_await fetcher->fetch(server.url("/slow?secret=1")));
    EXPECT_EQ(log.count(LogLevel::warning, "a download was slow host=127.0.0.1 seconds=0."), 1U);
    EXPECT_EQ(log.count(LogLevel::warning, "bytes=4 done=true"), 1U);
    EXPECT_EQ(log.count(LogLevel::warning, "secret"), 0U);
  });
}

TEST_F(FetcherTest, LeavesNothingBehindWhenItsTaskIsCancelled) {
  server.at("/endless", [](Exchange& exchange) -> awaitable<void> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
    co_await exchange.wait_for_close();
  });
  options.turns.at_once = 2;
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 3; ++i) start_fetch(server.url("/endless"));
    co_await server.wait_until([&] { return server.busy == 2; });
    EXPECT_EQ(fetcher->waiting(), 1U);
    tasks.cancel();
    co_await tasks.join();
    EXPECT_EQ(fetcher->running(), 0U);
    EXPECT_EQ(fetcher->waiting(), 0U);
    co_await server.wait_until([&] { return server.closed == 2; });
    EXPECT_EQ(server.requests.size(), 2U);
  });
}

TEST_F(FetcherTest, GoesThroughTheProxyOfTheEnvironment) {
  server.serve("http://pictures.invalid/a", "by proxy");
  proxies = Proxies([proxy = server.url("")](const char* name) {
    return std::string_view(name) == "http_proxy" ? proxy.c_str() : nullptr;
  });
  run([&]() -> awaitable<void> {
    const auto fetched = test::must(co_await fetcher->fetch("http://pictures.invalid/a"));
    EXPECT_EQ(fetched.bytes, "by proxy");
    EXPECT_EQ(test::code_of(co_await fetcher->fetch("http://10.0.0.1/a")),
              ErrorCode::download_refused);
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherTest, IgnoresProxiesThatItWasNotGiven) {
  test::Environment environment;
  environment.set("http_proxy", "http://127.0.0.1:1");
  environment.set("all_proxy", "http://127.0.0.1:1");
  server.serve("/a", "direct");
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::must(co_await fetcher->fetch(server.url("/a"))).bytes, "direct");
  });
}

}  // namespace
}  // namespace lmbridge::media
