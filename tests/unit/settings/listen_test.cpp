#include "settings/listen.hpp"

#include <gmock/gmock.h>

namespace lmbridge::settings {
namespace {

TEST(Listen, TakesAnAddressAndAPort) {
  Server server;
  EXPECT_TRUE(parse_listen("0.0.0.0:1", server));
  EXPECT_EQ(server.host, "0.0.0.0");
  EXPECT_EQ(server.port, 1);
  EXPECT_TRUE(parse_listen("[fe80::1]:65535", server));
  EXPECT_EQ(server.host, "fe80::1");
  EXPECT_EQ(server.port, 65535);
  EXPECT_TRUE(parse_listen("localhost:0", server));
  EXPECT_EQ(server.host, "localhost");
}

TEST(Listen, RefusesAnythingElseAndLeavesTheServerAlone) {
  for (const auto* text : {"",
                           ":",
                           ":80",
                           "80",
                           "localhost",
                           "localhost:",
                           "localhost:x",
                           "localhost:80x",
                           "localhost:-1",
                           "localhost:+1",
                           "localhost: 80",
                           "localhost:65536",
                           "::1:80",
                           "[::1]",
                           "[::1]80",
                           "[::1",
                           "[]:80",
                           "[::1:80",
                           "::1]:80",
                           "a:b:80"}) {
    Server server;
    EXPECT_FALSE(parse_listen(text, server)) << text;
    EXPECT_EQ(server.host, "127.0.0.1") << text;
    EXPECT_EQ(server.port, 5102) << text;
  }
}

TEST(OpenDoor, IsRefusedWithoutAKeyOnly) {
  Settings settings;
  for (const auto* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) {
    settings.server.host = host;
    EXPECT_EQ(refuse_open_door(settings), "") << host;
  }
  for (const auto* host :
       {"0.0.0.0", "127.example.org", "192.168.1.2", "::", "fe80::1", "::ffff:127.0.0.1"}) {
    settings.server.host = host;
    settings.api_keys.clear();
    EXPECT_THAT(refuse_open_door(settings), testing::HasSubstr(host));
    EXPECT_THAT(refuse_open_door(settings), testing::HasSubstr("api_key"));
    settings.api_keys = {{.name = {}, .key = "secret", .models = {}}};
    EXPECT_EQ(refuse_open_door(settings), "") << host;
  }
}

}  // namespace
}  // namespace lmbridge::settings
