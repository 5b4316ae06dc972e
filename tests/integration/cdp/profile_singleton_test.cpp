#include "cdp/profile_singleton.hpp"

#include "tests/integration/cdp/chromium_fixture.hpp"

#include <gmock/gmock.h>

#include <signal.h>

#include <filesystem>

namespace lmbridge::cdp {
namespace {

namespace fs = std::filesystem;
using boost::asio::awaitable;
using testing::HasSubstr;
using namespace std::chrono_literals;

/// The headless shell locks nothing.
class ProfileOfChromium : public ChromiumFixture {
 protected:
  [[nodiscard]] fs::path lock() const { return profile.path() / "SingletonLock"; }

  awaitable<void> kill_browser() {
    kill(-pid, SIGKILL);
    EXPECT_EQ((co_await browser->wait_gone()).code, ErrorCode::browser_gone);
    co_await close();
  }

  awaitable<Error> failure_of_launch(BrowserMode mode) {
    const auto launched = co_await Browser::open(executor, options(mode), 30s, log);
    test::require(!launched, "the launch must fail");
    co_return launched.error();
  }
};

TEST_F(ProfileOfChromium, IsUsedByTheNextOneAfterItsBrowserWasKilled) {
  run([&]() -> awaitable<void> {
    co_await launch(BrowserMode::headless);
    const auto first = pid;
    co_await kill_browser();
    test::require(fs::is_symlink(lock()), "the lock of the one that was killed");
    co_await launch(BrowserMode::headless);
    EXPECT_NE(pid, first);
    EXPECT_THAT(fs::read_symlink(lock()).string(), testing::EndsWith('-' + std::to_string(pid)));
  });
}

TEST_F(ProfileOfChromium, HasNoLockLeftWhenTheOneOfAKilledBrowserWasCleared) {
  run([&]() -> awaitable<void> {
    co_await launch(BrowserMode::headless);
    co_await kill_browser();
    test::must(clear_stale_singleton(profile.path()));
    for (const auto* name : {"SingletonLock", "SingletonCookie", "SingletonSocket"}) {
      EXPECT_FALSE(fs::exists(fs::symlink_status(profile.path() / name))) << name;
    }
  });
}

TEST_F(ProfileOfChromium, IsRefusedToASecondBrowserOfEitherBuildWhileTheFirstGoesOn) {
  run([&]() -> awaitable<void> {
    co_await launch(BrowserMode::headless);
    for (const auto mode : {BrowserMode::headless, BrowserMode::shell}) {
      const auto error = co_await failure_of_launch(mode);
      EXPECT_EQ(error.code, ErrorCode::profile_in_use);
      EXPECT_THAT(error.message, HasSubstr("process " + std::to_string(pid)));
    }
    EXPECT_TRUE(fs::is_symlink(lock()));
    co_await open_page();
  });
}

TEST_F(ProfileOfChromium, LockedByAnotherMachineIsRefusedBeforeAnythingIsStarted) {
  run([&]() -> awaitable<void> {
    fs::create_symlink("otherhost-4711", lock());
    const auto error = co_await failure_of_launch(BrowserMode::headless);
    EXPECT_EQ(error.code, ErrorCode::profile_in_use);
    EXPECT_THAT(error.message, HasSubstr("process 4711 on otherhost"));
    EXPECT_TRUE(test::processes_of(-1, profile.path().string()).empty());
    fs::remove(lock());
    co_await launch(BrowserMode::headless);
  });
}

}  // namespace
}  // namespace lmbridge::cdp
