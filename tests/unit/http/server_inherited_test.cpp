#include "http/server.hpp"
#include "tests/unit/http/server_fixture.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace lmbridge::http {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using testing::HasSubstr;
using Family = InheritedSocket::Family;

class InheritedServer : public ServerFixture {
 protected:
  std::string refusal(InheritedSocket socket) {
    const auto refused = http::listen(executor, socket);
    return refused ? "" : refused.error().message;
  }

  tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};
};

TEST_F(InheritedServer, AnswersOnASocketOfTcpThatListensAlready) {
  tcp::acceptor manager(context, loopback);
  const auto expected = manager.local_endpoint().port();
  inherited = InheritedSocket{.descriptor = manager.release(), .family = Family::tcp};
  run([&]() -> awaitable<void> {
    EXPECT_EQ(port, expected);
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/a"))).body, "GET /a ");
  });
}

TEST_F(InheritedServer, LeavesTheFileOfAUnixSocketToWhoeverMadeIt) {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "control.sock";
  asio::local::stream_protocol::acceptor manager(
      context, asio::local::stream_protocol::endpoint(path.string()));
  inherited =
      InheritedSocket{.descriptor = dup(manager.native_handle()), .family = Family::unix_socket};
  unix_address = UnixAddress{.path = path, .chosen_by = ""};
  run([&]() -> awaitable<void> {
    EXPECT_EQ(server->address(), path);
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/a"))).body, "GET /a ");
    co_await server->stop(std::chrono::seconds(0));
    EXPECT_TRUE(std::filesystem::exists(path));
  });
}

TEST_F(InheritedServer, SaysWhatIsWrongWithWhatWasHandedOver) {
  tcp::acceptor listening(context, loopback);
  EXPECT_THAT(refusal({.descriptor = listening.native_handle(), .family = Family::unix_socket}),
              HasSubstr("no unix socket"));
  asio::local::stream_protocol::socket local(context, asio::local::stream_protocol());
  EXPECT_THAT(refusal({.descriptor = local.native_handle(), .family = Family::tcp}),
              HasSubstr("not one of TCP"));
  asio::ip::udp::socket datagrams(context, asio::ip::udp::v4());
  EXPECT_THAT(refusal({.descriptor = datagrams.native_handle(), .family = Family::tcp}),
              HasSubstr("no stream socket"));
  tcp::acceptor idle(context, tcp::v4());
  EXPECT_THAT(refusal({.descriptor = idle.native_handle(), .family = Family::tcp}),
              HasSubstr("does not listen"));
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_THAT(refusal({.descriptor = file, .family = Family::tcp}), HasSubstr("Socket operation"));
  close(file);
}

}  // namespace
}  // namespace lmbridge::http
