#include "tests/unit/http/server_fixture.hpp"

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;

using SizedAnswers = ServerFixture;

TEST_F(SizedAnswers, AreWrittenInPiecesAndLeaveTheConnectionToTheNextRequest) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    const auto response = co_await client->exchange(get("/sized/6"));
    EXPECT_EQ(response.value("content-length"), "6");
    EXPECT_FALSE(response.names("transfer-encoding"));
    EXPECT_EQ(response.body, "onetwo");
    EXPECT_EQ((co_await client->exchange(get("/next"))).status, 200);
  });
}

TEST_F(SizedAnswers, ThatRemainIncompleteEndTheConnection) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(get("/sized/7") + get("/next"));
    EXPECT_NE((co_await client->receive_head()).find("content-length: 7"), std::string::npos);
    EXPECT_EQ(co_await client->receive_rest(), "onetwo");
    EXPECT_EQ(started.size(), 1U);
  });
}

TEST_F(SizedAnswers, HaveALengthAndNoBodyForHead) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send("HEAD /sized/6 HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto response = co_await client->receive(false);
    EXPECT_EQ(response.value("content-length"), "6");
    EXPECT_EQ((co_await client->exchange(get("/next"))).body, "GET /next ");
  });
}

}  // namespace
}  // namespace lmbridge::http
