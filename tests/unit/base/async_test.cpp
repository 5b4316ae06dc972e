#include "base/bounded_queue.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::base {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;

/// Keeps what was logged as an error.
class ErrorLog final : public Log {
 public:
  [[nodiscard]] bool enabled(LogLevel level) const override { return level == LogLevel::error; }
  void write(LogLevel, std::string_view message, LogFields fields) override {
    lines.push_back(render_text(message, fields));
  }
  std::vector<std::string> lines;
};

class Async : public testing::Test {
 protected:
  asio::io_context context{1};
  ErrorLog log;
  asio::any_io_executor executor = context.get_executor();

  /// Lets every handler that is ready run.
  awaitable<void> settle() {
    for (int i = 0; i < 20; ++i) co_await asio::post(executor, asio::use_awaitable);
  }
};

TEST_F(Async, QueueDeliversInOrderAndTheRestAfterClose) {
  BoundedQueue<int> queue(executor, 8);
  test::run(context, [&]() -> awaitable<void> {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.try_push(int{i}));
    queue.close();
    EXPECT_FALSE(queue.try_push(99));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(co_await queue.pop(), i);
    EXPECT_EQ(co_await queue.pop(), std::nullopt);
  }());
}

TEST_F(Async, QueueLosesNothingWhenAPopIsCancelled) {
  BoundedQueue<std::string> queue(executor, 8);
  TaskGroup tasks(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    std::vector<std::string> seen;
    tasks.spawn("cancelled consumer", [&]() -> awaitable<void> {
      seen.push_back((co_await queue.pop()).value_or("closed"));
    });
    co_await settle();
    // The item and the cancellation arrive in the same turn of the loop.
    queue.try_push("precious");
    tasks.cancel();
    co_await tasks.join();
    if (seen.empty()) {
      EXPECT_EQ(co_await queue.pop(), "precious");
    } else {
      EXPECT_THAT(seen, testing::ElementsAre("precious"));
    }
    EXPECT_TRUE(queue.empty());
  }());
}

TEST_F(Async, QueueHoldsAProducerUntilThereIsRoom) {
  BoundedQueue<int> queue(executor, 10);
  TaskGroup tasks(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    EXPECT_TRUE(queue.try_push(1, 10));
    bool pushed = false;
    tasks.spawn("producer", [&]() -> awaitable<void> { pushed = co_await queue.push(2, 4); });
    co_await settle();
    EXPECT_FALSE(pushed);
    EXPECT_EQ(co_await queue.pop(), 1);
    co_await tasks.join();
    EXPECT_TRUE(pushed);
    EXPECT_EQ(queue.cost(), 4U);
  }());
}

TEST_F(Async, QueuePopGivesUpAtItsDeadline) {
  BoundedQueue<int> queue(executor, 1);
  test::run(context, [&]() -> awaitable<void> {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(co_await queue.pop(start + 20ms), std::nullopt);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
    EXPECT_FALSE(queue.closed());
  }());
}

TEST_F(Async, StoppingAGroupLetsQuickTasksFinishAndCancelsTheRest) {
  TaskGroup tasks(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    bool quick_done = false;
    bool slow_done = false;
    tasks.spawn("quick", [&]() -> awaitable<void> {
      co_await settle();
      quick_done = true;
    });
    tasks.spawn("slow", [&]() -> awaitable<void> {
      Condition never(executor);
      co_await never.wait();
      co_await never.wait();
      slow_done = true;
    });
    co_await tasks.stop(1s);
    EXPECT_TRUE(quick_done);
    EXPECT_FALSE(slow_done);
    EXPECT_EQ(tasks.size(), 0U);
    EXPECT_FALSE(tasks.spawn("late", [&] { return settle(); }));
    EXPECT_TRUE(log.lines.empty());
  }());
}

TEST_F(Async, ACancelledOwnerStillWaitsForItsGroup) {
  TaskGroup outer(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    bool inner_ended = false;
    outer.spawn("owner", [&]() -> awaitable<void> {
      TaskGroup inner(executor, log);
      inner.spawn("inner", [&]() -> awaitable<void> {
        Condition never(executor);
        try {
          co_await never.wait();
          co_await never.wait();
        } catch (...) {
          inner_ended = true;
          throw;
        }
      });
      co_await inner.enclose([&]() -> awaitable<void> {
        Condition never(executor);
        co_await never.wait();
        co_await never.wait();
      }());
    });
    co_await settle();
    outer.cancel();
    co_await outer.join();
    EXPECT_TRUE(inner_ended);
  }());
}

TEST_F(Async, ACancellationDuringCleanUpTakesEffectAfterIt) {
  TaskGroup tasks(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    std::string steps;
    tasks.spawn("careful", [&]() -> awaitable<void> {
      co_await uncancelled([&]() -> awaitable<void> {
        steps += "cleaning ";
        co_await settle();
        co_await settle();
        steps += "clean ";
      }());
      steps += "back ";
      co_await settle();
      steps += "never";
    });
    co_await asio::post(executor, asio::use_awaitable);
    co_await asio::post(executor, asio::use_awaitable);
    tasks.cancel();
    co_await tasks.join();
    EXPECT_EQ(steps, "cleaning clean back ");
  }());
}

TEST_F(Async, ATaskCanBeCancelledAfterAnInnerGroupHasEnded) {
  TaskGroup outer(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    bool enclosed = false;
    outer.spawn("two rounds", [&]() -> awaitable<void> {
      TaskGroup inner(executor, log);
      co_await inner.enclose(settle());
      enclosed = true;
      Condition never(executor);
      for (;;) co_await never.wait();
    });
    while (!enclosed) co_await settle();
    outer.cancel();
    co_await outer.join();
  }());
}

TEST_F(Async, AnExceptionInATaskIsLoggedWithItsName) {
  TaskGroup tasks(executor, log);
  test::run(context, [&]() -> awaitable<void> {
    tasks.spawn("clumsy", [&]() -> awaitable<void> {
      co_await settle();
      throw std::runtime_error("dropped it");
    });
    co_await tasks.join();
  }());
  EXPECT_THAT(log.lines, testing::ElementsAre(testing::AllOf(testing::HasSubstr("clumsy"),
                                                             testing::HasSubstr("dropped it"))));
}

}  // namespace
}  // namespace lmbridge::base
