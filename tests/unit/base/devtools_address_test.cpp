#include "base/devtools_address.hpp"

#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::base {
namespace {

using testing::HasSubstr;

TEST(DevToolsAddressOf, ABrowserIsTakenAsItIsPrinted) {
  EXPECT_EQ(test::must(read_devtools_address("ws://127.0.0.1:9222/devtools/browser/a-b?c=d")),
            (DevToolsAddress{
                .host = "127.0.0.1", .port = "9222", .target = "/devtools/browser/a-b?c=d"}));
}

TEST(DevToolsAddressOf, ABrowserThatIsAskedForTheRestHasNoTarget) {
  for (const auto* text :
       {"ws://host:9300", "ws://host:9300/", "http://host:9300", "HTTP://host:9300/"}) {
    EXPECT_EQ(test::must(read_devtools_address(text)),
              (DevToolsAddress{.host = "host", .port = "9300", .target = ""}))
        << text;
  }
}

TEST(DevToolsAddressOf, APortThatIsNotNamedIsTheUsualOne) {
  EXPECT_EQ(test::must(read_devtools_address("ws://localhost")).port, "9222");
}

TEST(DevToolsAddressOf, AnAddressOfIPv6LosesItsBracketsButNotWhereItIsWritten) {
  const auto address = test::must(read_devtools_address("ws://[::1]:9222"));
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.authority(), "[::1]:9222");
}

TEST(DevToolsAddressOf, AQueryWithoutAPathStandsBehindOne) {
  EXPECT_EQ(test::must(read_devtools_address("ws://host:9300?token=x")).target, "/?token=x");
}

TEST(DevToolsAddressOf, WhatIsNoneIsRefusedWithTheReason) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "must begin with ws://"},
      {"127.0.0.1:9222", "must begin with ws://"},
      {"file:///etc/passwd", "must begin with ws://"},
      {"wss://host:9222", "ssh -L"},
      {"https://host:9222", "ssh -L"},
      {"ws://", "no host"},
      {"ws:host", "no host"},
      {"ws://host:port", "no valid port"},
      {"ws://me:secret@host", "user name"},
      {"ws://ho st", "blanks"},
      {"http://host:9222/json/version", "has no path here"},
      {"ws://host/" + std::string(10'000, 'a'), "bytes"},
  };
  for (const auto& [text, reason] : cases) {
    const auto read = read_devtools_address(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_request);
    EXPECT_THAT(read.error().message, HasSubstr(reason)) << text.substr(0, 50);
  }
}

}  // namespace
}  // namespace lmbridge::base
