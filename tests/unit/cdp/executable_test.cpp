#include "cdp/executable.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

namespace lmbridge::cdp {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(BrowserExecutable, AConfiguredOneIsTakenAsItIs) {
  const auto found = find_executable({.executable = "/bin/sh", .user_data_dir = {}, .args = {}});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, "/bin/sh");
}

TEST(BrowserExecutable, AConfiguredOneThatIsNotThereIsNotReplacedByAnother) {
  for (const auto* path : {"/nowhere/chromium", "/etc/passwd"}) {
    const auto found = find_executable({.executable = path, .user_data_dir = {}, .args = {}});
    ASSERT_FALSE(found) << path;
    EXPECT_EQ(found.error().code, ErrorCode::browser_not_found);
    EXPECT_THAT(found.error().message, HasSubstr(path));
    EXPECT_THAT(found.error().message, HasSubstr("browser.executable"));
  }
}

TEST(BrowserExecutable, EachModeHasItsBuildAndNeverAWrapperScript) {
  const auto shell = find_executable(
      {.executable = {}, .mode = BrowserMode::shell, .user_data_dir = {}, .args = {}});
  const auto headless = find_executable(
      {.executable = {}, .mode = BrowserMode::headless, .user_data_dir = {}, .args = {}});
  ASSERT_TRUE(shell);
  ASSERT_TRUE(headless);
  EXPECT_EQ(*shell, "/usr/lib/chromium/chromium-headless-shell");
  EXPECT_EQ(*headless, "/usr/lib/chromium/chromium");
}

TEST(BrowserCommandLine, StartsWithTheProgramAndEndsWithABlankPage) {
  const auto line = command_line({.executable = {}, .user_data_dir = "/var/profile", .args = {}},
                                 "/usr/lib/chromium/chromium");
  EXPECT_EQ(line.front(), "/usr/lib/chromium/chromium");
  EXPECT_EQ(line.back(), "about:blank");
  EXPECT_THAT(line, Contains("--remote-debugging-pipe"));
  EXPECT_THAT(line, Contains("--user-data-dir=/var/profile"));
}

TEST(BrowserCommandLine, OnlyFullChromiumIsToldToBeHeadless) {
  const BrowserOptions options{.executable = {}, .user_data_dir = "/p", .args = {}};
  EXPECT_THAT(command_line(options, "/usr/lib/chromium/chromium"), Contains("--headless=new"));
  for (const auto* shell : {"/usr/lib/chromium/chromium-headless-shell", "/opt/headless_shell"}) {
    EXPECT_THAT(command_line(options, shell), Not(Contains("--headless=new"))) << shell;
  }
}

TEST(BrowserCommandLine, ABrowserWithWindowsWorksOnWhenNobodySeesThem) {
  const auto line = command_line(
      {.executable = {}, .mode = BrowserMode::headed, .user_data_dir = "/p", .args = {}},
      "/usr/lib/chromium/chromium");
  EXPECT_THAT(line, Not(Contains("--headless=new")));
  EXPECT_THAT(line, Contains("--disable-backgrounding-occluded-windows"));
  EXPECT_THAT(line, Contains("--disable-background-timer-throttling"));
}

TEST(BrowserCommandLine, AProfileCanBeReadOnEveryDesktop) {
  for (const auto mode : {BrowserMode::headless, BrowserMode::headed}) {
    EXPECT_THAT(
        command_line({.executable = {}, .mode = mode, .user_data_dir = "/p", .args = {}}, "/x/c"),
        Contains("--password-store=basic"));
  }
}

TEST(BrowserCommandLine, TheSandboxStaysUnlessItIsTurnedOff) {
  BrowserOptions options{.executable = {}, .user_data_dir = "/p", .args = {}};
  EXPECT_THAT(command_line(options, "/x/chromium"), Not(Contains("--no-sandbox")));
  options.sandbox = false;
  EXPECT_THAT(command_line(options, "/x/chromium"), Contains("--no-sandbox"));
}

TEST(BrowserCommandLine, ConfiguredArgumentsComeBehindOursSoThatTheyWin) {
  const auto line = command_line(
      {.executable = {}, .user_data_dir = "/p", .args = {"--one", "--two"}}, "/x/chromium");
  const auto one = std::ranges::find(line, "--one");
  ASSERT_NE(one, line.end());
  EXPECT_EQ(*(one + 1), "--two");
  EXPECT_EQ(*(one + 2), "about:blank");
  EXPECT_EQ(one + 3, line.end());
}

}  // namespace
}  // namespace lmbridge::cdp
