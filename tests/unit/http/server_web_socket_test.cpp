#include "tests/unit/http/server_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr unsigned char text = 0x1;
constexpr unsigned char binary = 0x2;
constexpr unsigned char closing = 0x8;
constexpr unsigned char ping = 0x9;

/// As a client sends it (RFC 6455, section 5.2), with a mask that changes nothing.
std::string frame(unsigned char opcode, std::string_view data) {
  std::string bytes(1, static_cast<char>(0x80U | opcode));
  if (data.size() < 126) {
    bytes += static_cast<char>(0x80U | data.size());
  } else {
    bytes += static_cast<char>(0x80U | 126U);
    bytes += static_cast<char>(data.size() >> 8U);
    bytes += static_cast<char>(data.size() & 0xffU);
  }
  return bytes + std::string(4, '\0') + std::string(data);
}

class WebSockets : public ServerFixture {
 protected:
  static std::string handshake(std::string_view path = "/socket") {
    // The key is that of the RFC.
    return get(path,
               "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  }

  awaitable<std::unique_ptr<test::RawClient>> open(std::string path = "/socket",
                                                   int receive_buffer = 0) {
    auto client = co_await connect(receive_buffer);
    co_await client->send(handshake(path));
    const auto head = co_await client->receive_head();
    EXPECT_THAT(head, StartsWith("http/1.1 101 "));
    co_return client;
  }

  /// A frame of less than 126 bytes: its first byte, then its data.
  static awaitable<std::string> receive_frame(test::RawClient& client) {
    const auto head = co_await client.take(2);
    const auto data = co_await client.take(static_cast<unsigned char>(head[1]));
    co_return head.substr(0, 1) + data;
  }

  static std::string answer(unsigned char opcode, std::string_view data) {
    return static_cast<char>(0x80U | opcode) + std::string(data);
  }
};

TEST_F(WebSockets, BeginWithTheAnswerThatTheKeyDemands) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->send(handshake());
    const auto head = co_await client->receive_head();
    EXPECT_THAT(head, StartsWith("http/1.1 101 "));
    EXPECT_THAT(head, HasSubstr("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"));
    EXPECT_THAT(head, HasSubstr("x-request-id: req_"));
  });
}

TEST_F(WebSockets, TakeAndGiveTextsAndBytes) {
  run([&]() -> awaitable<void> {
    const auto client = co_await open();
    co_await client->send(frame(text, "hello"));
    EXPECT_EQ(co_await receive_frame(*client), answer(text, "hello"));
    co_await client->send(frame(binary, "\xff\x01"));
    EXPECT_EQ(co_await receive_frame(*client), answer(binary, "\xff\x01"));
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_EQ(socket_end, "cancelled");
  });
}

TEST_F(WebSockets, AreRefusedToRequestsThatAskForNone) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/socket"))).status, 400);
    EXPECT_EQ((co_await client->exchange(post("/socket", "x"))).status, 400);
    auto old = handshake();
    old.replace(old.find(": 13"), 4, ": 12");
    EXPECT_EQ((co_await client->exchange(old)).status, 400);
    auto keyless = handshake();
    keyless.replace(keyless.find("Key: dGhl"), 9, "Key: ");
    EXPECT_EQ((co_await client->exchange(keyless)).status, 400);
    EXPECT_EQ((co_await client->exchange(handshake() + frame(text, "early"))).status, 400);
  });
}

TEST_F(WebSockets, EndWithMessagesThatAreTooLarge) {
  socket_options.message_limit = 1000;
  run([&]() -> awaitable<void> {
    const auto client = co_await open();
    co_await client->send(frame(text, std::string(1001, 'x')));
    EXPECT_THAT(co_await client->receive_rest(), StartsWith(std::string("\x88\x02\x03\xf1")));
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_EQ(socket_end, "payload_too_large");
  });
}

TEST_F(WebSockets, EndWithWhatIsNoWebSocket) {
  run([&]() -> awaitable<void> {
    for (const auto& bytes :
         {std::string("\x81\x01x"), frame(3, "x"), frame(text, "\xff"), std::string(50, '\xff')}) {
      const auto client = co_await open();
      socket_end.clear();
      co_await client->send(bytes);
      EXPECT_THAT(co_await client->receive_rest(), StartsWith("\x88"));
      client->close();
      co_await wait_until([&] { return !socket_end.empty(); });
      EXPECT_EQ(socket_end, "invalid_request");
    }
  });
}

TEST_F(WebSockets, SayGoodbyeWithACodeAndAReason) {
  run([&]() -> awaitable<void> {
    const auto client = co_await open("/socket/close");
    EXPECT_EQ(co_await receive_frame(*client), answer(closing,
                                                      "\x0f\xa1"
                                                      "bye"));
    co_await client->send(frame(closing, "\x0f\xa1"));
    EXPECT_EQ(co_await client->receive_rest(), "");
  });
}

TEST_F(WebSockets, AskSilentClientsAndGiveThemUp) {
  socket_options.idle_timeout = 200ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await open();
    EXPECT_EQ(co_await receive_frame(*client), answer(ping, ""));
    EXPECT_EQ(co_await client->receive_rest(), "");
    co_await wait_until([&] { return ends == 1; });
    EXPECT_EQ(socket_end, "cancelled");
  });
}

TEST_F(WebSockets, GiveUpClientsThatDoNotRead) {
  socket_options.write_timeout = 200ms;
  run([&]() -> awaitable<void> {
    const auto client = co_await open("/socket/flood", 4096);
    co_await wait_until([&] { return ends == 1; });
    EXPECT_FALSE(write_result.has_value());
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(WebSockets, AreWrittenWhileTheyAreReadAndClosed) {
  run([&]() -> awaitable<void> {
    const auto client = co_await open("/socket/busy", 4096);
    // Until the writer waits for the client: the goodbye waits behind it.
    co_await wait_until([&] { return has_said_goodbye; });
    client->close();
    co_await wait_until([&] { return ends == 1; });
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

TEST_F(WebSockets, EndWithTheServer) {
  run([&]() -> awaitable<void> {
    const auto client = co_await open();
    const auto begun = Clock::now();
    co_await server->stop(0s);
    EXPECT_LT(Clock::now() - begun, 2s);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(co_await client->receive_rest(), "");
  });
}

}  // namespace
}  // namespace lmbridge::http
