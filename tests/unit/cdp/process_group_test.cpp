#include "cdp/process_group.hpp"

#include "tests/unit/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>

namespace lmbridge::cdp {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

/// A /proc that the test fills.
class BrowserProcesses : public testing::Test {
 protected:
  void add(pid_t pid, std::string_view stat_behind_pid, std::string_view command_line) {
    std::filesystem::create_directory(directory(pid));
    write(pid, "stat", std::to_string(pid) + ' ' + std::string(stat_behind_pid));
    write(pid, "cmdline", command_line);
  }
  void write(pid_t pid, const char* file, std::string_view text) {
    std::ofstream(directory(pid) / file) << text;
  }
  std::filesystem::path directory(pid_t pid) const { return proc.path() / std::to_string(pid); }
  std::vector<ProcessInfo> list(pid_t leader) const {
    auto found = processes_of_group(leader, proc.path());
    std::ranges::sort(found, {}, &ProcessInfo::pid);
    return found;
  }

  test::TemporaryDirectory proc;
};

TEST_F(BrowserProcesses, AreThoseOfItsGroupThatLive) {
  add(100, "(chromium) S 1 100 100 0 -1", "/usr/lib/chromium/chromium\0--headless=new\0"sv);
  add(101, "(chromium) S 100 100 100 0 -1", "/usr/lib/chromium/chromium --type=zygote --x"sv);
  add(102, "(chromium) Z 100 100 100 0 -1", "");
  add(103, "(chromium) S 100 103 103 0 -1", "/usr/lib/chromium/chromium --type=renderer");
  add(104, "(odd ) S 1 7 (name) R 101 100 100 0 -1", "chromium\0--type=renderer\0--y\0"sv);
  add(105, "nothing that could be read", "--type=renderer");
  std::filesystem::create_directory(proc.path() / "106");
  std::filesystem::create_directory(proc.path() / "self");
  std::ofstream(proc.path() / "107") << "no directory";
  const auto found = list(100);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].pid, 100);
  EXPECT_EQ(found[0].type, "");
  EXPECT_EQ(found[1].pid, 101);
  EXPECT_EQ(found[1].type, "zygote");
  EXPECT_EQ(found[2].pid, 104);
  EXPECT_EQ(found[2].type, "renderer");
}

TEST_F(BrowserProcesses, TellWhichOfThemDoesTheNetworkTraffic) {
  add(100, "(chromium) S 1 100 100", "chromium\0--type\0"sv);
  add(101, "(chromium) S 1 100 100",
      "chromium --type=utility --utility-sub-type=storage.mojom.StorageService");
  EXPECT_EQ(find_network_service(100, proc.path()), std::nullopt);
  add(102, "(chromium) S 1 100 100",
      "chromium\0--type=utility\0--utility-sub-type=network.mojom.NetworkService\0--lang=en\0"sv);
  add(202, "(chromium) S 1 200 200",
      "chromium\0--type=utility\0--utility-sub-type=network.mojom.NetworkService\0"sv);
  EXPECT_EQ(find_network_service(100, proc.path()), 102);
  EXPECT_EQ(find_network_service(200, proc.path()), 202);
  EXPECT_EQ(find_network_service(300, proc.path()), std::nullopt);
  EXPECT_EQ(list(100)[1].utility_sub_type, "storage.mojom.StorageService");
}

TEST_F(BrowserProcesses, HaveTheMemoryThatIsTheirShareOrElseAllTheyHold) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  add(100, "(chromium) S 1 100 100", "chromium");
  write(
      100, "smaps_rollup",
      "55d0-7ffc ---p 00000000 00:00 0  [rollup]\nRss:  9000 kB\nPss:  1234 kB\nPss_Dirty: 1 kB\n");
  write(100, "statm", "99999 2250 1 1 0 1 0\n");
  add(101, "(chromium) S 1 100 100", "chromium");
  write(101, "statm", "99999 77 1 1 0 1 0\n");
  add(102, "(chromium) S 1 100 100", "chromium");
  const auto found = list(100);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].memory, 1234U * 1024);
  EXPECT_EQ(found[1].memory, 77 * page);
  EXPECT_EQ(found[2].memory, 0U);
}

TEST_F(BrowserProcesses, AreNoneWithoutAProc) {
  EXPECT_TRUE(processes_of_group(100, proc.path() / "nowhere").empty());
}

}  // namespace
}  // namespace lmbridge::cdp
