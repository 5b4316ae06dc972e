#include "media/made_once.hpp"

#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;
using Clock = std::chrono::steady_clock;

struct Thing {
  std::string bytes;
};

std::size_t cost_of(const Thing& thing) {
  return thing.bytes.size();
}

class MadeOnceTest : public testing::Test {
 protected:
  using Outcome = MadeOnce<Thing>::Outcome;

  void run(std::function<awaitable<void>()> body) {
    test::run(context, [&]() -> awaitable<void> {
      co_await body();
      co_await things.stop();
      co_await askers.stop(0s);
    }());
  }

  /// Makes a thing once `gate` is opened.
  awaitable<Result<Thing>> make() {
    ++begun;
    // Also when the task that makes it is cancelled.
    const std::shared_ptr<void> end(nullptr, [this](void*) { ++ended; });
    co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await asio::post(executor, asio::use_awaitable);
    if (broken) throw std::runtime_error("a bug");
    if (failing) co_return fail(ErrorCode::network_error, "no such luck");
    co_return Thing{.bytes = "thing " + std::to_string(begun)};
  }
  awaitable<Outcome> get(std::string key) {
    return things.get(std::move(key), [this] { return make(); });
  }
  void ask(base::TaskGroup& group, const std::string& key) {
    group.spawn("asker",
                [this, key]() -> awaitable<void> { outcomes.push_back(co_await get(key)); });
  }
  void open_gate() { gate.expires_at(Clock::time_point::min()); }
  awaitable<void> settle() {
    for (int i = 0; i < 50; ++i) co_await asio::post(executor, asio::use_awaitable);
  }

  asio::io_context context{1};
  asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  base::SystemClock clock;
  CacheLimits limits;
  MadeOnce<Thing> things{executor, limits, clock, log};
  base::TaskGroup askers{executor, log};
  std::vector<Outcome> outcomes;
  asio::steady_timer gate{executor, Clock::time_point::max()};
  int begun = 0;
  int ended = 0;
  bool failing = false;
  bool broken = false;
};

TEST_F(MadeOnceTest, MakesOneForTenWhoAskAtTheSameMoment) {
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 10; ++i) ask(askers, "a");
    co_await settle();
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(things.under_way(), 1U);
    open_gate();
    co_await askers.join();
    EXPECT_EQ(outcomes.size(), 10U);
    for (const auto& outcome : outcomes) EXPECT_EQ(test::must(outcome), test::must(outcomes[0]));
    EXPECT_EQ(test::must(outcomes[0])->bytes, "thing 1");
    EXPECT_EQ(things.under_way(), 0U);
  });
}

TEST_F(MadeOnceTest, KeepsWhatItHasMade) {
  open_gate();
  run([&]() -> awaitable<void> {
    const auto first = test::must(co_await get("a"));
    EXPECT_EQ(test::must(co_await get("a")), first);
    EXPECT_EQ(begun, 1);
    EXPECT_NE(test::must(co_await get("b")), first);
    EXPECT_EQ(begun, 2);
    EXPECT_EQ(things.cache().counts().hits, 1U);
    EXPECT_EQ(things.cache().counts().misses, 2U);
  });
}

TEST_F(MadeOnceTest, CostsLessThanAMillisecondTheSecondTime) {
  open_gate();
  run([&]() -> awaitable<void> {
    test::must(co_await get("a"));
    // So many that a turn of another program does not count.
    const auto begin = Clock::now();
    for (int i = 0; i < 1000; ++i) test::must(co_await get("a"));
    EXPECT_LT(Clock::now() - begin, 1000 * 1ms);
    EXPECT_EQ(begun, 1);
  });
}

TEST_F(MadeOnceTest, TellsAllOfAFailureAndTriesAnewForTheNext) {
  failing = true;
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 3; ++i) ask(askers, "a");
    co_await settle();
    open_gate();
    co_await askers.join();
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(outcomes.size(), 3U);
    for (const auto& outcome : outcomes) {
      EXPECT_EQ(test::code_of(outcome), ErrorCode::network_error);
    }
    failing = false;
    EXPECT_EQ(test::must(co_await get("a"))->bytes, "thing 2");
  });
}

TEST_F(MadeOnceTest, GoesOnForTheOthersWhenTheFirstLeaves) {
  base::TaskGroup first(executor, log);
  run([&]() -> awaitable<void> {
    ask(first, "a");
    co_await settle();
    ask(askers, "a");
    co_await settle();
    first.cancel();
    co_await first.join();
    open_gate();
    co_await askers.join();
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(outcomes.size(), 1U);
    EXPECT_TRUE(outcomes.at(0));
  });
}

TEST_F(MadeOnceTest, EndsTheWorkThatNobodyWaitsForAnyMore) {
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 2; ++i) ask(askers, "a");
    co_await settle();
    EXPECT_EQ(begun, 1);
    askers.cancel();
    co_await askers.join();
    // While the old one ends, somebody asks anew.
    open_gate();
    EXPECT_EQ(test::must(co_await get("a"))->bytes, "thing 2");
    EXPECT_EQ(begun, 2);
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(things.under_way(), 0U);
    EXPECT_TRUE(outcomes.empty());
  });
}

TEST_F(MadeOnceTest, BeginsNothingForWhoLeavesAtOnce) {
  run([&]() -> awaitable<void> {
    ask(askers, "a");
    co_await asio::post(executor, asio::use_awaitable);
    askers.cancel();
    co_await askers.join();
    co_await settle();
    EXPECT_EQ(begun, ended);
    EXPECT_EQ(things.under_way(), 0U);
  });
}

TEST_F(MadeOnceTest, SaysThatTheDaemonStops) {
  run([&]() -> awaitable<void> {
    ask(askers, "a");
    co_await settle();
    co_await things.stop();
    co_await askers.join();
    EXPECT_EQ(test::code_of(outcomes.at(0)), ErrorCode::shutting_down);
    EXPECT_EQ(test::code_of(co_await get("b")), ErrorCode::shutting_down);
    EXPECT_EQ(ended, 1);
  });
}

TEST_F(MadeOnceTest, LeavesNobodyWaitingForABug) {
  broken = true;
  open_gate();
  run([&]() -> awaitable<void> {
    EXPECT_EQ(test::code_of(co_await get("a")), ErrorCode::internal);
    EXPECT_EQ(log.count(base::LogLevel::error, "a bug"), 1U);
  });
}

TEST_F(MadeOnceTest, IsSweptWhileNobodyAsks) {
  MadeOnce<Thing> short_lived(executor, {.time_to_live = 200ms}, clock, log);
  open_gate();
  run([&]() -> awaitable<void> {
    askers.spawn("sweep", [&] { return short_lived.keep_swept(5ms); });
    test::must(co_await short_lived.get("a", [this] { return make(); }));
    EXPECT_EQ(short_lived.cache().size(), 1U);
    asio::steady_timer pause(executor);
    while (short_lived.cache().size() > 0) {
      pause.expires_after(1ms);
      co_await pause.async_wait(asio::use_awaitable);
    }
    EXPECT_EQ(short_lived.cache().counts().misses, 1U);
    co_await short_lived.stop();
  });
}

}  // namespace
}  // namespace lmbridge::media
