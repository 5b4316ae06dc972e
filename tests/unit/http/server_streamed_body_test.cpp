#include "tests/unit/http/server_fixture.hpp"

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

class StreamedBodies : public ServerFixture {
 protected:
  static std::string chunked(std::string_view path, std::string_view chunks) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{}", path,
        chunks);
  }

  static std::string head(std::string_view path, std::size_t length,
                          std::string_view more_headers = "") {
    return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n", path,
                       length, more_headers);
  }

  static std::string numbers(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i) text += fmt::format("{} ", i);
    text.resize(size);
    return text;
  }

  /// For tasks that are expected to end with a broken pipe.
  base::NullLog quiet;
};

TEST_F(StreamedBodies, ReachTheHandlerInPiecesAndWhole) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto body = numbers(300'000);
    EXPECT_EQ((co_await client->exchange(post("/upload", body))).body, body);
    EXPECT_GE(pieces, 300);
    EXPECT_EQ(upload_end, "whole");
  });
}

TEST_F(StreamedBodies, MayHaveMoreThanThoseThatAreReadBefore) {
  options.body_limit = 10;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(post("/upload", numbers(11)))).status, 200);
    EXPECT_EQ((co_await client->exchange(post("/other", numbers(11)))).status, 413);
  });
}

TEST_F(StreamedBodies, LeaveTheConnectionToTheNextRequest) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(post("/upload", "first ") + post("/upload", "second") + get("/next") +
                          post("/upload", "") + get("/last"));
    EXPECT_EQ((co_await client->receive()).body, "first ");
    EXPECT_EQ((co_await client->receive()).body, "first second");
    EXPECT_EQ((co_await client->receive()).body, "GET /next ");
    EXPECT_EQ((co_await client->receive()).body, "first second");
    EXPECT_EQ((co_await client->receive()).body, "GET /last ");
  });
}

TEST_F(StreamedBodies, ComeInChunks) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(chunked("/upload", "4\r\nabcd\r\n1;name=value\r\ne\r\n"));
    co_await wait_until([&] { return uploaded.size() == 5; });
    co_await client->send("A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n" + get("/next"));
    EXPECT_EQ((co_await client->receive()).body, "abcde0123456789");
    EXPECT_EQ((co_await client->receive()).body, "GET /next ");
  });
}

TEST_F(StreamedBodies, WithBrokenChunksAreErrorsOfTheHandler) {
  run([&]() -> awaitable<void> {
    for (const auto* chunks : {"xyz\r\nabc\r\n0\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n"}) {
      const auto client = co_await connect();
      const auto response = co_await client->exchange(chunked("/upload", chunks));
      EXPECT_EQ(response.status, 400) << chunks;
      EXPECT_EQ(response.body, "invalid_request");
      EXPECT_TRUE(response.has("connection: close")) << chunks;
    }
  });
}

TEST_F(StreamedBodies, AreInvitedOnceTheHandlerReads) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(head("/upload", 4, "Expect: 100-continue\r\n"));
    EXPECT_EQ((co_await client->receive()).status, 100);
    EXPECT_EQ((co_await client->exchange("body")).body, "body");
    EXPECT_EQ((co_await client->exchange(get("/next"))).status, 200);
  });
}

TEST_F(StreamedBodies, ThatNobodyReadsAreNotInvited) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response =
        co_await client->exchange(head("/upload/unread", 400'000, "Expect: 100-continue\r\n"));
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_EQ(co_await client->receive_rest(), "");
  });
}

TEST_F(StreamedBodies, ThatNobodyReadsEndTheConnectionOnceTheAnswerIsRead) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(post("/upload/unread", get("/smuggled")));
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.has("connection: close"));
    EXPECT_EQ(co_await client->receive_rest(), "");
    EXPECT_FALSE(client->was_reset());
    EXPECT_EQ(started, std::vector<std::string>{"/upload/unread"});
  });
}

TEST_F(StreamedBodies, DeclaredTooLargeAreErrorsOfTheHandlerAndNotInvited) {
  streamed_limit = 100;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response =
        co_await client->exchange(head("/upload", 101, "Expect: 100-continue\r\n"));
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(response.body, "payload_too_large");
    EXPECT_EQ(uploaded, "");
    const auto other = co_await connect();
    EXPECT_EQ((co_await other->exchange(post("/upload", numbers(100)))).status, 200);
  });
}

TEST_F(StreamedBodies, CountedTooLargeAreErrorsOfTheHandler) {
  streamed_limit = 100;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(chunked("/upload", "64\r\n" + numbers(100) + "\r\n"));
    co_await wait_until([&] { return uploaded.size() == 100; });
    const auto response = co_await client->exchange("1\r\nx\r\n0\r\n\r\n");
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(uploaded.size(), 100U);
    EXPECT_TRUE(response.has("connection: close"));
  });
}

TEST_F(StreamedBodies, MayTakeLongerThanTheTimeoutAsLongAsTheyGoOn) {
  options.body_timeout = 1s;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto begun = Clock::now();
    co_await client->send(head("/upload", 5));
    boost::asio::steady_timer between(executor);
    for (std::size_t sent = 1; sent < 5; ++sent) {
      co_await client->send("x");
      co_await wait_until([&] { return uploaded.size() == sent; });
      between.expires_after(300ms);
      co_await between.async_wait(boost::asio::use_awaitable);
    }
    EXPECT_EQ((co_await client->exchange("x")).body, "xxxxx");
    EXPECT_GT(Clock::now() - begun, options.body_timeout);
  });
}

TEST_F(StreamedBodies, ThatStopHalfwayTimeOut) {
  options.body_timeout = 60ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(head("/upload", 10) + "half");
    EXPECT_EQ(response.status, 408);
    EXPECT_EQ(response.body, "request_timeout");
    EXPECT_TRUE(response.has("connection: close"));
  });
}

TEST_F(StreamedBodies, WhoseClientLeavesHalfwayEndTheirHandler) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(head("/upload", 10) + "half");
    co_await wait_until([&] { return uploaded == "half"; });
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_EQ(upload_end, "cancelled");
    const auto other = co_await connect();
    co_await other->exchange(get("/other"));
    EXPECT_EQ(server->connections(), 1U);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(StreamedBodies, AreWatchedForTheirClientOnceTheyAreRead) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(post("/upload/then_wait", "body"));
    co_await wait_until([&] { return uploaded == "body"; });
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_EQ(completed, 0);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(StreamedBodies, HoldTheirClientUpWhileNobodyReads) {
  streamed_limit = 1'000'000'000;
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    base::TaskGroup sending(executor, quiet);
    co_await sending.enclose([&]() -> awaitable<void> {
      co_await client->send(head("/upload/wait", 500'000'000));
      std::size_t sent = 0;
      sending.spawn("sender", [&]() -> awaitable<void> {
        const std::string piece(64UL * 1024, 'b');
        for (;; sent += piece.size()) co_await client->send(piece);
      });
      co_await wait_until([&] { return pieces == 1; });
      // The kernel's buffers fill up; then nothing moves.
      std::size_t before = 1;
      boost::asio::steady_timer pause(executor);
      while (before != sent) {
        before = sent;
        pause.expires_after(50ms);
        co_await pause.async_wait(boost::asio::use_awaitable);
      }
      EXPECT_LT(sent, 50'000'000U);
      EXPECT_EQ(pieces, 1);
    }());
  });
}

TEST_F(StreamedBodies, EndWithTheServer) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(head("/upload", 10) + "half");
    co_await wait_until([&] { return uploaded == "half"; });
    co_await server->stop(0s);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

}  // namespace
}  // namespace lmbridge::http
