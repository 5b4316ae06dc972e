// Links that must not be followed, and servers that mean no good.
#include "tests/unit/media/fake_dns.hpp"
#include "tests/unit/media/fetcher_fixture.hpp"

#include <boost/asio/steady_timer.hpp>

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A name, and not an address, of the server.
constexpr auto own_name = "at-127-0-0-1.test";

class FetcherRefusalTest : public FetcherFixture {
 protected:
  awaitable<void> expect_refused(std::string link) {
    const auto failed = co_await fetcher->fetch(link);
    EXPECT_FALSE(failed) << link;
    if (!failed) EXPECT_EQ(failed.error().code, ErrorCode::download_refused) << link;
  }

  /// How long a fetch took that `timeout` ended.
  awaitable<Clock::duration> time_out(std::string link) {
    const auto begin = Clock::now();
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(std::move(link))), ErrorCode::timed_out);
    co_return Clock::now() - begin;
  }
};

TEST_F(FetcherRefusalTest, KnowsThisMachineInEverySpelling) {
  options.allow_private_hosts = {};
  server.serve("/", "secret");
  run([&]() -> awaitable<void> {
    for (const auto* host : {"127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1",
                             "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
                             "0", "0.0.0.0", "[::]", "localhost", "LOCALHOST.", "a.localhost",
                             "%31%32%37.0.0.1", own_name, "at-127-255-0-1.test"}) {
      co_await expect_refused(server.url("/", host));
    }
    EXPECT_EQ(server.connections, 0);
  });
}

TEST_F(FetcherRefusalTest, RefusesANameByTheAddressThatItLeadsTo) {
  options.allow_private_hosts = {};
  run([&]() -> awaitable<void> {
    const auto failed = co_await fetcher->fetch("http://at-169-254-169-254.test/latest?secret=1");
    EXPECT_EQ(test::code_of(failed), ErrorCode::download_refused);
    EXPECT_THAT(failed.error().message,
                AllOf(HasSubstr("at-169-254-169-254.test"), HasSubstr("169.254.169.254"),
                      HasSubstr("an address of a cloud's metadata service"),
                      HasSubstr("media.allow_private_hosts"), Not(HasSubstr("secret"))));
    for (const auto* name : {"at-10-0-0-1.test", "at-192-168-1-1.test", "at-100-64-0-1.test"}) {
      co_await expect_refused(fmt::format("http://{}/", name));
    }
  });
}

TEST_F(FetcherRefusalTest, FetchesFromAPrivateHostThatIsAllowedByName) {
  options.allow_private_hosts = HostList({own_name});
  server.serve("/", "shared");
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::must(co_await fetcher->fetch(server.url("/", own_name))).bytes, "shared");
    co_await expect_refused(server.url("/"));
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherRefusalTest, JudgesTheTargetOfARedirectLikeALink) {
  options.allow_private_hosts = HostList({own_name});
  server.serve("/secret", "secret");
  server.redirect("/to-address", server.url("/secret"));
  server.redirect("/to-name", server.url("/secret", "at-127-0-0-2.test"));
  server.redirect("/to-metadata", "http://169.254.169.254/latest/meta-data/");
  server.redirect("/to-file", "file:///etc/passwd");
  server.redirect("/to-ftp", "ftp://127.0.0.1/");
  server.redirect("/to-gopher", "gopher://127.0.0.1:6379/_FLUSHALL");
  server.redirect("/to-data", "data:image/png;base64,AAAA");
  server.redirect("/to-user", server.url("/secret", std::string("user:word@") + own_name));
  server.redirect("/to-confusion", server.url("/secret", std::string(own_name) + "\\@127.0.0.1"));
  run([&]() -> awaitable<void> {
    const std::vector<std::string> paths = {"/to-address", "/to-name", "/to-metadata",
                                            "/to-file",    "/to-ftp",  "/to-gopher",
                                            "/to-data",    "/to-user", "/to-confusion"};
    for (const auto& path : paths) co_await expect_refused(server.url(path, own_name));
    EXPECT_EQ(server.requests.size(), paths.size());
  });
}

TEST_F(FetcherRefusalTest, JudgesAConnectionThatItUsesAgain) {
  options.allow_private_hosts = HostList({own_name});
  server.serve("/", "x");
  run([&]() -> awaitable<void> {
    test::must(co_await fetcher->fetch(server.url("/", own_name)));
    options.allow_private_hosts = {};
    fetcher->set_options(options);
    co_await expect_refused(server.url("/", own_name));
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherRefusalTest, AsksTheDnsOnceWithinItsTimeToLive) {
  options.allow_private_hosts = HostList({own_name});
  options.keepalive = 0s;
  server.at("/",
            [](Exchange& exchange) { return exchange.respond(200, "Connection: close\r\n", "x"); });
  run([&]() -> awaitable<void> {
    const int before = test::FakeDns::lookups;
    for (int i = 0; i < 3; ++i) test::must(co_await fetcher->fetch(server.url("/", own_name)));
    EXPECT_EQ(server.connections, 3);
    EXPECT_EQ(test::FakeDns::lookups - before, 1);
  });
}

TEST_F(FetcherRefusalTest, RefusesWhatIsNoWebLink) {
  run([&]() -> awaitable<void> {
    for (const auto* link :
         {"", "picture.png", "file:///etc/passwd", "ftp://127.0.0.1/", "data:image/png;base64,AAAA",
          "http://", "http:///path", "http://user@127.0.0.1/", "http://127.0.0.1:99999/",
          "http://127.0.0.1/\r\nX: y", "javascript:alert(1)"}) {
      co_await expect_refused(link);
    }
    EXPECT_EQ(server.connections, 0);
  });
}

TEST_F(FetcherRefusalTest, FollowsFiveRedirectsAndNoMore) {
  server.serve("/0", "there");
  for (int i = 1; i <= 6; ++i) server.redirect(fmt::format("/{}", i), fmt::format("/{}", i - 1));
  server.redirect("/loop", "/loop");
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::must(co_await fetcher->fetch(server.url("/5"))).bytes, "there");
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/6"))), ErrorCode::download_failed);
    server.requests.clear();
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/loop"))),
              ErrorCode::download_failed);
    EXPECT_EQ(server.requests.size(), 6U);
  });
}

TEST_F(FetcherRefusalTest, StopsAtTheLimitOfABodyWithoutEnd) {
  options.size_limit = 1'000'000;
  std::size_t sent = 0;
  server.at("/endless", [&](Exchange& exchange) -> awaitable<void> {
    exchange.last = true;
    co_await exchange.send("HTTP/1.1 200 OK\r\n\r\n");
    for (const std::string piece(64UL * 1024, 'x');; sent += piece.size()) {
      co_await exchange.send(piece);
    }
  });
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/endless"))),
              ErrorCode::download_too_large);
    co_await server.wait_until([&] { return server.closed == 1; });
    // What lies in the buffers of two sockets comes on top.
    EXPECT_LT(sent, options.size_limit + 16UL * 1024 * 1024);
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherRefusalTest, BelievesADeclaredSizeThatIsTooLarge) {
  options.size_limit = 1000;
  server.at("/large", [](Exchange& exchange) -> awaitable<void> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
    co_await exchange.wait_for_close();
  });
  server.serve("/fits", std::string(1000, 'x'));
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/large"))),
              ErrorCode::download_too_large);
    EXPECT_EQ(test::must(co_await fetcher->fetch(server.url("/fits"))).bytes.size(), 1000U);
  });
}

TEST_F(FetcherRefusalTest, ReadsNoEndlessHeadsAndErrorPages) {
  server.at("/head", [](Exchange& exchange) -> awaitable<void> {
    exchange.last = true;
    co_await exchange.send("HTTP/1.1 200 OK\r\n");
    for (;;) co_await exchange.send("X-Filler: " + std::string(1000, 'x') + "\r\n");
  });
  server.at("/page", [](Exchange& exchange) -> awaitable<void> {
    exchange.last = true;
    co_await exchange.send("HTTP/1.1 404 Not Found\r\n\r\n");
    for (;;) co_await exchange.send(std::string(1000, 'x'));
  });
  run([&]() -> awaitable<void> {
    for (const auto* path : {"/head", "/page"}) {
      const auto failed = co_await fetcher->fetch(server.url(path));
      EXPECT_EQ(test::code_of(failed), ErrorCode::download_failed);
      EXPECT_THAT(failed.error().message, HasSubstr("endless"));
    }
  });
}

TEST_F(FetcherRefusalTest, TakesNoAnswerThatIsNotHttp) {
  options.max_retries = 0;
  server.at("/", [](Exchange& exchange) -> awaitable<void> {
    exchange.last = true;
    co_await exchange.send("\x89PNG just the bytes");
  });
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::code_of(co_await fetcher->fetch(server.url("/"))), ErrorCode::network_error);
  });
}

TEST_F(FetcherRefusalTest, GivesUpOnAServerThatFallsSilent) {
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
    EXPECT_EQ(server.requests.size(), 4U);
  });
}

TEST_F(FetcherRefusalTest, GivesUpOnABodyThatTrickles) {
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
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(FetcherRefusalTest, GivesUpOnAConnectionThatIsNotMade) {
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

TEST_F(FetcherRefusalTest, IsNotHeldUpByADnsThatDoesNotAnswer) {
  const test::StuckDns stuck;
  options.connect_timeout = 100ms;
  options.max_retries = 0;
  server.serve("/", "x");
  run([&]() -> awaitable<void> {
    const auto cancelled = start_fetch("http://stuck.test/");
    const auto begin = Clock::now();
    test::must(co_await fetcher->fetch(server.url("/")));
    EXPECT_LT(co_await time_out("http://stuck.test/"), 2s);
    tasks.cancel();
    co_await tasks.join();
    EXPECT_LT(Clock::now() - begin, 2s);
    EXPECT_GE(test::FakeDns::waiting, 1);
  });
}

TEST_F(FetcherRefusalTest, DoesNotWaitLongerForItsTurnThanForAllElse) {
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
