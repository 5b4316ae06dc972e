#include "base/origin.hpp"

#include <gtest/gtest.h>

namespace lmbridge::base {
namespace {

TEST(LoopbackHosts, AreThoseOfThisMachineAlone) {
  for (const auto* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.3", "[::1]", "::1"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const auto* host : {"", "127", "128.0.0.1", "127.evil", "127.0.0.1.nip.io", "[::2]",
                           "localhost.", "local", "0.0.0.0", "127.0.0.1/x"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

TEST(HostOfAnOrigin, IsWhatStandsBetweenSchemeAndPort) {
  EXPECT_EQ(host_of_origin("https://lmarena.ai"), "lmarena.ai");
  EXPECT_EQ(host_of_origin("http://lmarena.ai:8080"), "lmarena.ai");
  EXPECT_EQ(host_of_origin("http://[::1]:8080"), "[::1]");
  EXPECT_EQ(host_of_origin("http://[::1]"), "[::1]");
  EXPECT_EQ(host_of_origin("null"), "");
}

TEST(HostOfAnOrigin, IsNotMadeOutOfAnAddressWithAPath) {
  EXPECT_NE(host_of_origin("http://127.0.0.1/x"), "127.0.0.1");
  EXPECT_EQ(host_of_address("http://127.0.0.1/x"), "127.0.0.1");
  EXPECT_EQ(host_of_address("https://lmarena.ai:443/c/1?a=b:c"), "lmarena.ai");
  EXPECT_EQ(host_of_address("https://lmarena.ai"), "lmarena.ai");
  EXPECT_EQ(host_of_address("about:blank"), "");
}

}  // namespace
}  // namespace lmbridge::base
