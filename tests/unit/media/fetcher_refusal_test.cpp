// Links that must not be followed, and servers that mean no good.
#include "tests/unit/media/fake_dns.hpp"
#include "tests/unit/media/fetcher_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
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

TEST_F(FetcherRefusalTest, AsksTheDnsAgainWhenItsAnswerIsTooOld) {
  options.allow_private_hosts = HostList({own_name});
  server.at("/", [](Exchange& exchange) {
    exchange.last = true;
    return exchange.respond(200, "Connection: close\r\n", "x");
  });
  run([&]() -> awaitable<void> {
    for (const auto& [time_to_live, lookups] : {std::pair(300s, 1), std::pair(0s, 3)}) {
      options.dns_cache_ttl = time_to_live;
      fetcher = std::make_unique<Fetcher>(executor, options, proxies, log);
      server.connections = 0;
      const int before = test::FakeDns::lookups;
      for (int i = 0; i < 3; ++i) test::must(co_await fetcher->fetch(server.url("/", own_name)));
      EXPECT_EQ(server.connections, 3);
      EXPECT_EQ(test::FakeDns::lookups - before, lookups);
    }
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

TEST_F(FetcherRefusalTest, BoundsWhatAllDownloadsHoldTogether) {
  options.memory_limit = 1'000'000;
  options.max_retries = 0;
  asio::steady_timer gate(executor, Clock::time_point::max());
  server.at("/slow", [&](Exchange& exchange) -> awaitable<void> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 600001\r\n\r\n" +
                           std::string(600'000, 'x'));
    co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await exchange.send("x");
  });
  server.serve("/file", std::string(600'000, 'y'));
  run([&]() -> awaitable<void> {
    const auto slow = start_fetch(server.url("/slow"));
    while (fetcher->held_bytes() < 600'000) co_await asio::post(executor, asio::use_awaitable);
    const auto refused = co_await fetcher->fetch(server.url("/file"));
    EXPECT_EQ(test::code_of(refused), ErrorCode::overloaded);
    gate.expires_at(Clock::time_point::min());
    while (!*slow) co_await asio::post(executor, asio::use_awaitable);
    EXPECT_TRUE(**slow) << "the one that was there first is not disturbed";
    EXPECT_EQ(test::must(co_await fetcher->fetch(server.url("/file"))).bytes.size(), 600'000U);
    EXPECT_EQ(fetcher->held_bytes(), 0U);
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

}  // namespace
}  // namespace lmbridge::media
