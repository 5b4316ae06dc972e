#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/post.hpp>

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

class RequestBodies : public ServerFixture {
 protected:
  RequestBodies() { options.body_limit = 100'000; }

  static std::string chunked(std::string_view path, std::string_view chunks) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{}", path,
        chunks);
  }

  /// Sends until the server does not take any more; then the task simply ends.
  awaitable<void> send_for_ever(test::RawClient& client, std::string piece) {
    for (;;) {
      co_await client.send(piece);
      // An uploading client must not starve the server, which shares its thread here.
      co_await boost::asio::post(executor, boost::asio::use_awaitable);
    }
  }

  /// The answer to `head` while the client goes on sending `piece` after `piece`.
  awaitable<test::RawResponse> answer_while_sending(std::string head, std::string piece) {
    const auto client = co_await connect();
    base::TaskGroup sending(executor, quiet);
    test::RawResponse response;
    co_await sending.enclose([&]() -> awaitable<void> {
      co_await client->send(head);
      sending.spawn("sender", [&] { return send_for_ever(*client, piece); });
      response = co_await client->receive();
    }());
    co_return response;
  }

  /// For tasks that are expected to end with a broken pipe.
  base::NullLog quiet;
};

TEST_F(RequestBodies, ComeInChunks) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(chunked("/c", "4\r\nabcd\r\n1;name=value\r\ne\r\n"));
    co_await client->send("A\r\n0123456789\r\n0\r\n\r\n" + get("/next"));
    EXPECT_EQ((co_await client->receive()).body, "POST /c abcde0123456789");
    EXPECT_EQ((co_await client->receive()).body, "GET /next ");
  });
}

TEST_F(RequestBodies, DoNotBringHeadersOfTheirOwn) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(chunked("/c", "1\r\na\r\n0\r\nAuthorization: Bearer k\r\n\r\n"));
    EXPECT_EQ((co_await client->receive()).body, "POST /c a");
    EXPECT_EQ(last_headers.get("host"), "localhost");
    EXPECT_EQ(last_headers.get("authorization"), std::nullopt);
    EXPECT_EQ((co_await client->exchange(get("/next"))).status, 200);
  });
}

TEST_F(RequestBodies, WithBrokenChunksAreRefused) {
  run([&]() -> awaitable<void> {
    for (const auto* chunks : {"xyz\r\nabc\r\n0\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n",
                               "-1\r\nabc\r\n", "ffffffffffffffffff\r\nabc"}) {
      const auto client = co_await connect();
      const auto response = co_await client->exchange(chunked("/c", chunks));
      EXPECT_EQ(response.status / 100, 4) << chunks;
      EXPECT_TRUE(response.has("connection: close")) << chunks;
    }
    EXPECT_TRUE(started.empty());
  });
}

TEST_F(RequestBodies, ThatWaitForAnInvitationGetIt) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(
        "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ((co_await client->receive()).status, 100);
    EXPECT_EQ((co_await client->exchange("body")).body, "POST /e body");
  });
}

TEST_F(RequestBodies, OfHttp10AreNotInvited) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(
        "POST /e HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "POST /e body");
  });
}

TEST_F(RequestBodies, ThatAreTooLargeAreNotEvenInvited) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(
        "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(response.status, 413);
  });
}

TEST_F(RequestBodies, UpToTheLimitPass) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const std::string body(100'000, 'b');
    EXPECT_EQ((co_await client->exchange(post("/l", body))).body, "POST /l " + body);
    const auto chunk = fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", body.size(), body);
    EXPECT_EQ((co_await client->exchange(chunked("/l", chunk))).body, "POST /l " + body);
  });
}

TEST_F(RequestBodies, DeclaredTooLargeAreRefusedWhileTheClientStillSends) {
  run([&]() -> awaitable<void> {
    const auto response = co_await answer_while_sending(
        "POST /l HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n",
        std::string(64UL * 1024, 'b'));
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(response.body, "payload_too_large");
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_TRUE(started.empty());
  });
}

TEST_F(RequestBodies, CountedTooLargeAreRefusedWhileTheClientStillSends) {
  run([&]() -> awaitable<void> {
    const auto response = co_await answer_while_sending(
        chunked("/l", ""), fmt::format("2710\r\n{}\r\n", std::string(10'000, 'b')));
    EXPECT_EQ(response.status, 413);
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_TRUE(started.empty());
  });
}

TEST_F(RequestBodies, OfAbsurdLengthAreRefusedAtOnce) {
  run([&]() -> awaitable<void> {
    for (const auto& [length, status] :
         {std::pair{"999999999999999999", 413}, std::pair{"99999999999999999999999999", 400}}) {
      const auto client = co_await connect();
      const auto response = co_await client->exchange(
          fmt::format("POST /l HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", length));
      EXPECT_EQ(response.status, status);
    }
  });
}

TEST_F(RequestBodies, ThatStopHalfwayTimeOut) {
  options.body_timeout = 60ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto start = Clock::now();
    const auto response =
        co_await client->exchange("POST /h HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_EQ(response.status, 408);
    EXPECT_GE(Clock::now() - start, 60ms);
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_TRUE(started.empty());
  });
}

TEST_F(RequestBodies, WhoseClientLeavesHalfwayReachNobody) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send("POST /h HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    const auto other = co_await connect();
    client->close();
    // By the time the other one is answered the first one's end has been seen.
    for (int i = 0; i < 3; ++i) co_await other->exchange(get("/other"));
    EXPECT_EQ(server->connections(), 1U);
    EXPECT_EQ(started.size(), 3U);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

}  // namespace
}  // namespace lmbridge::http
