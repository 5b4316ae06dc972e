#include "tests/integration/cdp/chromium_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace lmbridge::cdp {
namespace {

namespace fs = std::filesystem;
using boost::asio::awaitable;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

TEST_P(EveryChromium, StartsSaysWhatItIsAndLeavesNothingWhenItIsClosed) {
  run(
      [&]() -> awaitable<void> {
        co_await launch(GetParam());
        EXPECT_THAT(browser->product(), HasSubstr("Chrome/"));
        EXPECT_FALSE(test::processes_of(pid, profile.path().string()).empty());
        co_await browser->close(30s);
        browser.reset();
        EXPECT_EQ(log.count(base::LogLevel::warning), 0U) << "it had to be killed";
        EXPECT_THAT(left_over(), IsEmpty());
      },
      120s);
}

TEST_P(EveryChromium, TwentyLaunchesLeaveNoProcessNoDescriptorAndNoFile) {
  run(
      [&]() -> awaitable<void> {
        co_await launch(GetParam());
        co_await close();
        const auto descriptors = test::open_descriptors();
        for (int i = 0; i < 20; ++i) {
          co_await launch(GetParam());
          co_await close();
          test::require(left_over().empty(), "no process is left");
        }
        EXPECT_EQ(test::open_descriptors(), descriptors);
        EXPECT_TRUE(fs::is_empty(temporary.path()))
            << fs::directory_iterator(temporary.path())->path();
      },
      220s);
}

TEST_P(EveryChromium, EndsByItselfWhenItsPipeIsClosed) {
  run([&]() -> awaitable<void> {
    co_await launch(GetParam());
    co_await open_page();
    const auto start = Clock::now();
    browser->connection().close();
    const auto reason = co_await browser->wait_gone();
    EXPECT_LT(Clock::now() - start, 10s);
    EXPECT_EQ(reason.code, ErrorCode::browser_gone);
    EXPECT_THAT(left_over(), IsEmpty());
  });
}

INSTANTIATE_TEST_SUITE_P(Launch, EveryChromium,
                         testing::Values(BrowserMode::shell, BrowserMode::headless), mode_name);

class ProgramThatIsNoBrowser : public ChromiumFixture {
 protected:
  std::string script(const std::string& text) {
    const auto file = temporary.path() / "program";
    std::ofstream(file) << "#!/bin/sh\n" << text << '\n';
    fs::permissions(file, fs::perms::owner_all);
    return file.string();
  }

  awaitable<Error> failure_of(std::string executable, Duration start_timeout = 10s) {
    auto wanted = options(BrowserMode::shell);
    wanted.executable = std::move(executable);
    const auto launched = co_await Browser::open(executor, wanted, start_timeout, log);
    test::require(!launched, "the launch must fail");
    co_return launched.error();
  }
};

TEST_F(ProgramThatIsNoBrowser, IsReportedWithItsExitStatus) {
  run([&]() -> awaitable<void> {
    const auto start = Clock::now();
    const auto error = co_await failure_of("/bin/false");
    EXPECT_LT(Clock::now() - start, 8s) << "nobody waits for what has exited";
    EXPECT_EQ(error.code, ErrorCode::browser_start_failed);
    EXPECT_THAT(error.message, HasSubstr("/bin/false did not start"));
    EXPECT_THAT(error.message, HasSubstr("exited with status 1"));
  });
}

TEST_F(ProgramThatIsNoBrowser, IsReportedWithWhatItSaidLast) {
  run([&]() -> awaitable<void> {
    const auto error = co_await failure_of(
        script("i=0; while [ $i -lt 2000 ]; do echo early line $i >&2; i=$((i+1)); done\n"
               "echo on stdout; printf 'cannot open \\033[31mdisplay' >&2; exit 7"));
    EXPECT_EQ(error.code, ErrorCode::browser_start_failed);
    EXPECT_THAT(error.message, HasSubstr("exited with status 7"));
    EXPECT_THAT(error.message, HasSubstr("on stdout"));
    EXPECT_THAT(error.message, HasSubstr("cannot open \\x1b[31mdisplay"));
    EXPECT_THAT(error.message, testing::Not(HasSubstr("early line 1\\n")));
    EXPECT_LT(error.message.size(), 20'000U);
  });
}

TEST_F(ProgramThatIsNoBrowser, IsReportedWithItsSignal) {
  run([&]() -> awaitable<void> {
    const auto error = co_await failure_of(script("kill -SEGV $$"));
    EXPECT_THAT(error.message, HasSubstr("signal 11"));
  });
}

TEST_F(ProgramThatIsNoBrowser, IsKilledWithItsChildrenWhenItNeverAnswers) {
  run([&]() -> awaitable<void> {
    const auto sleeper = (temporary.path() / "sleeper").string();
    fs::create_symlink("/bin/sleep", sleeper);
    const auto error = co_await failure_of(
        script("echo thinking >&2; " + sleeper + " 1000 & exec " + sleeper + " 1000"), 2s);
    EXPECT_EQ(error.code, ErrorCode::browser_start_failed);
    EXPECT_THAT(error.message, HasSubstr("did not answer Browser.getVersion within 2000 ms"));
    EXPECT_THAT(error.message, HasSubstr("it said: thinking"));
    EXPECT_TRUE(test::wait_for_none(-1, sleeper, 20s).empty());
  });
}

TEST_F(ProgramThatIsNoBrowser, IsReportedWhenItTalksNonsense) {
  run([&]() -> awaitable<void> {
    const auto error = co_await failure_of(script("printf 'hello\\000' >&4; read line <&3"), 3s);
    EXPECT_EQ(error.code, ErrorCode::browser_start_failed);
    EXPECT_EQ(log.count(base::LogLevel::warning, "hello"), 1U);
  });
}

TEST_F(ProgramThatIsNoBrowser, IsReportedWhenItCannotBeStarted) {
  run([&]() -> awaitable<void> {
    const auto missing = co_await failure_of("/nowhere/chromium");
    EXPECT_EQ(missing.code, ErrorCode::browser_not_found);
    const auto directory = co_await failure_of("/tmp");
    EXPECT_EQ(directory.code, ErrorCode::browser_start_failed);
    EXPECT_THAT(directory.message, HasSubstr("/tmp"));
  });
}

TEST_F(ProgramThatIsNoBrowser, IsNotEvenStartedWithoutAProfile) {
  run([&]() -> awaitable<void> {
    std::ofstream(temporary.path() / "file") << "x";
    auto wanted = options(BrowserMode::shell);
    wanted.user_data_dir = (temporary.path() / "file/profile").string();
    const auto launched = co_await Browser::open(executor, wanted, 10s, log);
    test::require(!launched, "the launch must fail");
    EXPECT_EQ(launched.error().code, ErrorCode::browser_start_failed);
    EXPECT_THAT(launched.error().message, HasSubstr("file/profile"));
  });
}

TEST_F(ChromiumFixture, ALaunchThatIsCancelledLeavesNoProcess) {
  run([&]() -> awaitable<void> {
    base::TaskGroup tasks(executor, log);
    tasks.spawn("launch", [&]() -> awaitable<void> { co_await launch(BrowserMode::shell); });
    // The process exists as soon as the task waits for its first answer.
    while (test::processes_of(-1, profile.path().string()).empty()) {
      co_await boost::asio::steady_timer(executor, 1ms).async_wait(boost::asio::use_awaitable);
    }
    tasks.cancel();
    co_await tasks.join();
    EXPECT_EQ(browser, nullptr);
    EXPECT_TRUE(test::wait_for_none(-1, profile.path().string(), 20s).empty());
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  });
}

}  // namespace
}  // namespace lmbridge::cdp
