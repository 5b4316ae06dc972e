#include "media/turns.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;
using testing::ElementsAre;
using Clock = std::chrono::steady_clock;

class TurnsTest : public testing::Test {
 protected:
  /// A task that takes a turn and keeps it until the next time `released` is notified.
  void spawn_taker(Turns& turns, int number, Clock::time_point deadline) {
    tasks.spawn("taker", [this, &turns, number, deadline]() -> awaitable<void> {
      const auto turn = co_await turns.take(deadline);
      if (!turn) {
        too_late.push_back(number);
        co_return;
      }
      began.push_back(number);
      base::Condition released(executor);
      releases.push_back(&released);
      co_await released.wait();
    });
  }
  void spawn_taker(Turns& turns, int number) { spawn_taker(turns, number, Clock::now() + 1min); }

  awaitable<void> settle() {
    for (int i = 0; i < 20; ++i) co_await asio::post(executor, asio::use_awaitable);
  }

  asio::io_context context{1};
  asio::any_io_executor executor = context.get_executor();
  base::NullLog log;
  base::TaskGroup tasks{executor, log};
  std::vector<int> began;
  std::vector<int> too_late;
  std::vector<base::Condition*> releases;
};

TEST_F(TurnsTest, ComeInOrderAndOnlySoManyAtOnce) {
  Turns turns(executor, {.at_once = 2});
  test::run(context, [&]() -> awaitable<void> {
    for (int i = 1; i <= 4; ++i) spawn_taker(turns, i);
    co_await settle();
    EXPECT_THAT(began, ElementsAre(1, 2));
    EXPECT_EQ(turns.taken(), 2U);
    EXPECT_EQ(turns.waiting(), 2U);
    releases.at(1)->notify();
    co_await settle();
    EXPECT_THAT(began, ElementsAre(1, 2, 3));
    releases.at(0)->notify();
    releases.at(2)->notify();
    co_await settle();
    EXPECT_THAT(began, ElementsAre(1, 2, 3, 4));
    releases.at(3)->notify();
    co_await tasks.join();
    EXPECT_EQ(turns.taken(), 0U);
  }());
}

TEST_F(TurnsTest, AreNotHeldUpByThoseWhoWereCancelledInLine) {
  Turns turns(executor, {.at_once = 1});
  base::TaskGroup impatient(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    spawn_taker(turns, 1);
    co_await settle();
    impatient.spawn("leaves", [&]() -> awaitable<void> {
      co_await turns.take(Clock::now() + 1min);
      ADD_FAILURE() << "a turn was given to a task that was cancelled";
    });
    co_await settle();
    spawn_taker(turns, 2);
    co_await settle();
    impatient.cancel();
    // In the same moment in which the turn becomes free.
    releases.at(0)->notify();
    co_await impatient.join();
    co_await settle();
    EXPECT_THAT(began, ElementsAre(1, 2));
    releases.at(1)->notify();
    co_await tasks.join();
  }());
}

TEST_F(TurnsTest, AreNotGivenAfterTheDeadline) {
  Turns turns(executor, {.at_once = 1});
  test::run(context, [&]() -> awaitable<void> {
    spawn_taker(turns, 1);
    co_await settle();
    const auto turn = co_await turns.take(Clock::now() + 20ms);
    EXPECT_FALSE(turn);
    EXPECT_EQ(turns.waiting(), 0U);
    releases.at(0)->notify();
    co_await tasks.join();
  }());
}

TEST_F(TurnsTest, KeepTheirDistance) {
  Turns turns(executor, {.at_once = 10, .pause = 30ms});
  test::run(context, [&]() -> awaitable<void> {
    const auto begin = Clock::now();
    for (int i = 0; i < 4; ++i) {
      const auto turn = co_await turns.take(Clock::now() + 1min);
      EXPECT_TRUE(turn);
    }
    EXPECT_GE(Clock::now() - begin, 90ms);
  }());
}

TEST_F(TurnsTest, BecomeMoreWhenTheLimitIsRaised) {
  Turns turns(executor, {.at_once = 1});
  test::run(context, [&]() -> awaitable<void> {
    for (int i = 1; i <= 3; ++i) spawn_taker(turns, i);
    co_await settle();
    EXPECT_THAT(began, ElementsAre(1));
    turns.set_limits({.at_once = 3});
    co_await settle();
    EXPECT_THAT(began, ElementsAre(1, 2, 3));
    for (auto* release : releases) release->notify();
    co_await tasks.join();
  }());
}

}  // namespace
}  // namespace lmbridge::media
