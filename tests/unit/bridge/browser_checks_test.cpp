#include "bridge/browser_checks.hpp"

#include "tests/unit/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace lmbridge::bridge {
namespace {

namespace fs = std::filesystem;

/// A /proc with a browser, pid 10, and what it has started.
class SandboxOfProcesses : public testing::Test {
 protected:
  void add(int pid, const std::string& type, const std::string& seccomp,
           const std::string& name_space) const {
    const auto process = directory.path() / std::to_string(pid);
    fs::create_directories(process / "ns");
    std::ofstream(process / "stat") << pid << " (chrome) S 10 10 10 0 0";
    std::ofstream(process / "cmdline")
        << "chrome" << '\0' << (type.empty() ? "--headless" : "--type=" + type) << '\0';
    std::ofstream(process / "status") << "Name:\tchrome\nSeccomp:\t" << seccomp << "\n";
    if (!name_space.empty()) fs::create_symlink(name_space, process / "ns" / "pid");
  }

  [[nodiscard]] SandboxState state() const { return sandbox_of(10, directory.path()); }

  test::TemporaryDirectory directory;
};

TEST_F(SandboxOfProcesses, IsOnWhereAllRenderersAreFilteredAndApart) {
  add(10, "", "0", "pid:[1]");
  add(11, "renderer", "2", "pid:[2]");
  add(12, "renderer", "2", "");  // which the kernel does not show
  add(13, "gpu-process", "0", "pid:[1]");
  EXPECT_EQ(state().renderers, 2U);
  EXPECT_TRUE(state().is_on());
}

TEST_F(SandboxOfProcesses, IsNotOnWhereOneIsNotFiltered) {
  add(10, "", "0", "pid:[1]");
  add(11, "renderer", "2", "pid:[2]");
  add(12, "renderer", "0", "pid:[2]");
  EXPECT_FALSE(state().filters_calls);
  EXPECT_TRUE(state().has_namespaces);
  EXPECT_FALSE(state().is_on());
}

TEST_F(SandboxOfProcesses, IsNotOnWhereOneSharesTheNamespaceOfTheBrowser) {
  add(10, "", "0", "pid:[1]");
  add(11, "renderer", "2", "pid:[1]");
  EXPECT_FALSE(state().is_on());
}

TEST_F(SandboxOfProcesses, IsNotSeenWithoutARenderer) {
  add(10, "", "0", "pid:[1]");
  EXPECT_EQ(state().renderers, 0U);
  EXPECT_FALSE(state().is_on());
}

}  // namespace
}  // namespace lmbridge::bridge
