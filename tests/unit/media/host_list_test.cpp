#include "media/host_list.hpp"

#include <gtest/gtest.h>

namespace lmbridge::media {
namespace {

TEST(HostList, FindsAHostInEverySpelling) {
  const HostList hosts({"Files.Example.org", "[FD00::1]", "10.0.0.7"});
  EXPECT_TRUE(hosts.contains("files.example.org"));
  EXPECT_TRUE(hosts.contains("FILES.example.org."));
  EXPECT_TRUE(hosts.contains("fd00::1"));
  EXPECT_TRUE(hosts.contains("[fd00::1]"));
  EXPECT_TRUE(hosts.contains("10.0.0.7"));
}

TEST(HostList, StandsForNoOtherHosts) {
  const HostList hosts({"example.org", "10.0.0.7"});
  EXPECT_FALSE(hosts.contains("a.example.org"));
  EXPECT_FALSE(hosts.contains("example.org.evil.test"));
  EXPECT_FALSE(hosts.contains("notexample.org"));
  EXPECT_FALSE(hosts.contains("10.0.0.70"));
  EXPECT_FALSE(hosts.contains(""));
  EXPECT_FALSE(HostList().contains("example.org"));
}

}  // namespace
}  // namespace lmbridge::media
