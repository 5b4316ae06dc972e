#include "cdp/exit_watch.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/result_test.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;

class AProcess : public testing::Test {
 protected:
  AProcess() {
    std::array<char*, 3> arguments{const_cast<char*>("sleep"), const_cast<char*>("1000"), nullptr};
    if (posix_spawnp(&pid, "sleep", nullptr, nullptr, arguments.data(), environ) != 0) pid = -1;
  }
  ~AProcess() override { end(); }

  void end() {
    if (pid <= 0) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    pid = -1;
  }

  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  base::NullLog log;
  pid_t pid = -1;
};

TEST_F(AProcess, IsWaitedForUntilItEnds) {
  test::run(context, [&]() -> awaitable<void> {
    test::require(pid > 0, "a process");
    auto watch = test::must(ExitWatch::open(executor, pid));
    base::TaskGroup tasks(executor, log);
    bool ended = false;
    co_await tasks.enclose([&]() -> awaitable<void> {
      tasks.spawn("watch", [&]() -> awaitable<void> {
        co_await watch.wait();
        ended = true;
      });
      tasks.spawn("kill", [&]() -> awaitable<void> {
        EXPECT_FALSE(ended);
        kill(pid, SIGKILL);
        co_return;
      });
      co_await tasks.join();
    }());
    EXPECT_TRUE(ended);
  }());
}

TEST_F(AProcess, ThatHasEndedIsNotWaitedFor) {
  test::run(context, [&]() -> awaitable<void> {
    test::require(pid > 0, "a process");
    auto watch = test::must(ExitWatch::open(executor, pid));
    end();
    co_await watch.wait();
    co_await watch.wait();
  }());
}

TEST_F(AProcess, ThatIsGoneCannotBeWatched) {
  const auto number = pid;
  ASSERT_GT(number, 0);
  end();
  const auto watch = ExitWatch::open(executor, number);
  EXPECT_EQ(test::code_of(watch), ErrorCode::browser_gone);
  EXPECT_NE(watch.error().message.find(std::to_string(number)), std::string::npos);
}

TEST_F(AProcess, IsNoLongerWaitedForWhenTheTaskIsCancelled) {
  test::run(context, [&]() -> awaitable<void> {
    test::require(pid > 0, "a process");
    auto watch = test::must(ExitWatch::open(executor, pid));
    base::TaskGroup tasks(executor, log);
    bool ended = false;
    tasks.spawn("watch", [&]() -> awaitable<void> {
      co_await watch.wait();
      ended = true;
    });
    co_await tasks.stop(std::chrono::seconds(0));
    EXPECT_FALSE(ended);
  }());
}

}  // namespace
}  // namespace lmbridge::cdp
