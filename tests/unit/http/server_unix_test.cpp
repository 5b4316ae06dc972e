#include "tests/unit/http/server_fixture.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace lmbridge::http {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;
namespace fs = std::filesystem;

class UnixServer : public ServerFixture {
 protected:
  UnixServer() { unix_address = UnixAddress{.path = path, .chosen_by = "control.socket"}; }

  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "control.sock";
};

TEST_F(UnixServer, AnswersAsOneOnTcpDoes) {
  run([&]() -> awaitable<void> {
    EXPECT_EQ(server->address(), path);
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/a"))).body, "GET /a ");
    EXPECT_EQ((co_await client->exchange(post("/b", "body"))).body, "POST /b body");
    EXPECT_EQ((co_await client->exchange(get("/stream"))).body, "onetwo");
    co_await client->send(post("/upload", "in pieces"));
    EXPECT_EQ((co_await client->receive()).body, "in pieces");
  });
}

TEST_F(UnixServer, KnowsWhoHasConnected) {
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->exchange(get("/a"));
    test::require(last_peer.has_value(), "a peer");
    EXPECT_EQ(last_peer->pid, getpid());
    EXPECT_EQ(last_peer->uid, getuid());
    const auto* entry = getpwuid(getuid());
    EXPECT_EQ(last_peer->user, entry == nullptr ? "" : entry->pw_name);
  });
}

TEST_F(UnixServer, OnTcpNobodyIsKnown) {
  unix_address.reset();
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    co_await client->exchange(get("/a"));
    EXPECT_EQ(last_peer, std::nullopt);
  });
}

TEST_F(UnixServer, IsOpenToItsUserAndGroupOnly) {
  run([&]() -> awaitable<void> {
    struct stat found{};
    EXPECT_EQ(stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0660U);
    co_return;
  });
}

TEST_F(UnixServer, BelongsToTheGroupThatIsNamed) {
  // The only one that everybody may give.
  const auto* group = getgrgid(getegid());
  if (group == nullptr) GTEST_SKIP() << "the own group has no name";
  unix_address->group = group->gr_name;
  run([&]() -> awaitable<void> {
    struct stat found{};
    EXPECT_EQ(stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_gid, getegid());
    co_return;
  });
}

TEST_F(UnixServer, TakesItsFileWithIt) {
  run([&]() -> awaitable<void> {
    EXPECT_TRUE(fs::exists(path));
    co_await server->drain(std::chrono::seconds(0));
    EXPECT_FALSE(fs::exists(path));
  });
}

TEST_F(UnixServer, LeavesAFileThatAnotherHasPutInItsPlace) {
  run([&]() -> awaitable<void> {
    fs::remove(path);
    std::ofstream(path) << "another";
    co_await server->stop(std::chrono::seconds(0));
    EXPECT_TRUE(fs::exists(path));
  });
}

TEST_F(UnixServer, ReplacesASocketOnWhichNobodyListensAnyMore) {
  {
    boost::asio::local::stream_protocol::acceptor left_behind(
        context, boost::asio::local::stream_protocol::endpoint(path.string()));
  }
  ASSERT_TRUE(fs::exists(path));
  run([&]() -> awaitable<void> {
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/a"))).status, 200);
  });
}

TEST_F(UnixServer, LeavesASocketOnWhichSomebodyListens) {
  run([&]() -> awaitable<void> {
    const auto second = listen();
    test::require(!second, "two servers on one socket");
    EXPECT_EQ(second.error().code, ErrorCode::address_in_use);
    EXPECT_THAT(second.error().message, HasSubstr(path.string()));
    const auto client = co_await connect();
    EXPECT_EQ((co_await client->exchange(get("/a"))).status, 200);
  });
}

TEST_F(UnixServer, LeavesAFileThatIsNoSocket) {
  std::ofstream(path) << "precious";
  const auto refused = listen();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_configuration);
  EXPECT_THAT(refused.error().message, HasSubstr("control.socket"));
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(UnixServer, SaysWhatIsWrongWithAPathOrAGroup) {
  unix_address->group = "no-such-group-here";
  const auto no_group = listen();
  ASSERT_FALSE(no_group);
  EXPECT_THAT(no_group.error().message, HasSubstr("no-such-group-here"));
  EXPECT_FALSE(fs::exists(path)) << "nothing is left behind";
  unix_address = UnixAddress{.path = directory.path() / "no" / "s", .chosen_by = "control.socket"};
  EXPECT_EQ(test::code_of(listen()), ErrorCode::invalid_configuration);
  unix_address->path = directory.path() / std::string(120, 'x');
  const auto too_long = listen();
  ASSERT_FALSE(too_long);
  EXPECT_THAT(too_long.error().message, HasSubstr("at most 107 bytes"));
}

}  // namespace
}  // namespace lmbridge::http
