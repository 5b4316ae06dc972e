#include "media/worker_pool.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using test::code_of;
using test::must;
using testing::ElementsAre;

using Number = std::move_only_function<Result<int>(std::stop_token)>;

/// Work that holds its thread until it is let go or asked to stop.
struct Gate {
  Number work() {
    return [this](const std::stop_token& stop) -> Result<int> {
      entered.count_down();
      const std::stop_callback leave(stop, [this] { release(); });
      open.wait();
      was_stopped = stop.stop_requested();
      return 1;
    };
  }
  void release() {
    if (!released.exchange(true)) open.count_down();
  }

  std::latch entered{1};
  std::latch open{1};
  std::atomic<bool> released = false;
  std::atomic<bool> was_stopped = false;
};

class Workers : public testing::Test {
 public:
  void run(asio::awaitable<void> coroutine) {
    test::run(context_, [](Workers& self, asio::awaitable<void> body) -> asio::awaitable<void> {
      co_await self.group_.enclose(std::move(body));
    }(*this, std::move(coroutine)));
  }
  /// Starts `work`; its number, or -1 for an error, is put behind the others.
  void start(WorkerPool& pool, Number work, std::size_t bytes = 1) {
    // Shared because std::function is copied.
    auto shared = std::make_shared<Number>(std::move(work));
    group_.spawn("work", [this, &pool, shared, bytes] { return note(pool, shared, bytes); });
  }
  asio::awaitable<void> turn() { co_await asio::post(context_, asio::use_awaitable); }

  asio::io_context context_{1};
  base::NullLog log_;
  base::TaskGroup group_{context_.get_executor(), log_};
  std::vector<int> results_;
  Gate gate_;

 private:
  asio::awaitable<void> note(WorkerPool& pool, std::shared_ptr<Number> work, std::size_t bytes) {
    const auto result = co_await pool.run<int>(bytes, std::move(*work));
    results_.push_back(result.value_or(-1));
  }
};

TEST_F(Workers, RunBesideTheIoThreadAndReturnWhatTheyFound) {
  WorkerPool pool(context_.get_executor(), {});
  run([](WorkerPool& workers) -> asio::awaitable<void> {
    const auto here = std::this_thread::get_id();
    Number work = [here](const std::stop_token&) -> Result<int> {
      return std::this_thread::get_id() == here ? 0 : 42;
    };
    EXPECT_EQ(must(co_await workers.run<int>(5, std::move(work))), 42);
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(workers.bytes(), 0U);
  }(pool));
}

TEST_F(Workers, GiveWayToTheIoThread) {
  WorkerPool pool(context_.get_executor(), {.threads = 1});
  run([](WorkerPool& workers) -> asio::awaitable<void> {
    const int here = getpriority(PRIO_PROCESS, 0);
    for (int round = 0; round < 2; ++round) {
      Number work = [](const std::stop_token&) -> Result<int> {
        return getpriority(PRIO_PROCESS, 0);
      };
      EXPECT_EQ(must(co_await workers.run<int>(1, std::move(work))), std::min(here + 5, 19));
    }
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), here);
  }(pool));
}

TEST_F(Workers, HandOnErrorsAndExceptions) {
  WorkerPool pool(context_.get_executor(), {});
  run([](WorkerPool& workers) -> asio::awaitable<void> {
    Number fails = [](const std::stop_token&) -> Result<int> {
      return fail(ErrorCode::not_found, "no");
    };
    EXPECT_EQ(code_of(co_await workers.run<int>(1, std::move(fails))), ErrorCode::not_found);
    Number throws = [](const std::stop_token&) -> Result<int> { throw std::runtime_error("bug"); };
    bool has_thrown = false;
    try {
      co_await workers.run<int>(1, std::move(throws));
    } catch (const std::runtime_error&) {
      has_thrown = true;
    }
    EXPECT_TRUE(has_thrown);
    EXPECT_EQ(workers.running(), 0U);
  }(pool));
}

TEST_F(Workers, TakeWorkInTheOrderInWhichItCame) {
  WorkerPool pool(context_.get_executor(), {.threads = 1});
  run([](Workers& self, WorkerPool& workers) -> asio::awaitable<void> {
    self.start(workers, self.gate_.work());
    for (const int number : {2, 3, 4}) {
      self.start(workers, [number](const std::stop_token&) -> Result<int> { return number; });
    }
    while (workers.waiting() < 3) co_await self.turn();
    self.gate_.release();
    co_await self.group_.join();
    EXPECT_THAT(self.results_, ElementsAre(1, 2, 3, 4));
  }(*this, pool));
}

TEST_F(Workers, RefuseMoreThanTheLineHolds) {
  WorkerPool pool(context_.get_executor(), {.threads = 1, .waiting = 1, .bytes = 100});
  run([](Workers& self, WorkerPool& workers) -> asio::awaitable<void> {
    const auto simple = [](const std::stop_token&) -> Result<int> { return 0; };
    self.start(workers, self.gate_.work(), 60);
    while (workers.running() < 1) co_await self.turn();
    const auto too_heavy = co_await workers.run<int>(41, simple);
    EXPECT_EQ(code_of(too_heavy), ErrorCode::overloaded);
    self.start(workers, simple, 10);
    while (workers.waiting() < 1) co_await self.turn();
    const auto too_many = co_await workers.run<int>(1, simple);
    EXPECT_EQ(code_of(too_many), ErrorCode::overloaded);
    EXPECT_EQ(workers.bytes(), 70U) << "what is refused counts no more";
    self.gate_.release();
    co_await self.group_.join();
    EXPECT_EQ(must(co_await workers.run<int>(500, simple)), 0) << "one alone is always taken";
  }(*this, pool));
}

TEST_F(Workers, ForgetWaitingWorkThatIsCancelled) {
  WorkerPool pool(context_.get_executor(), {.threads = 1});
  run([](Workers& self, WorkerPool& workers) -> asio::awaitable<void> {
    base::TaskGroup others(self.context_.get_executor(), self.log_);
    self.start(workers, self.gate_.work(), 10);
    // Gone as soon as nobody holds it.
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> watched = held;
    auto work = std::make_shared<Number>(
        [held = std::move(held)](const std::stop_token&) -> Result<int> { return *held; });
    others.spawn("cancelled", [&workers, work]() -> asio::awaitable<void> {
      co_await workers.run<int>(50, std::move(*work));
    });
    while (workers.waiting() < 1) co_await self.turn();
    EXPECT_EQ(workers.bytes(), 60U);
    others.cancel();
    co_await others.join();
    EXPECT_EQ(workers.waiting(), 0U);
    EXPECT_EQ(workers.bytes(), 10U);
    EXPECT_TRUE(watched.expired());
    self.gate_.release();
    co_await self.group_.join();
  }(*this, pool));
}

TEST_F(Workers, AskRunningWorkThatIsCancelledToStop) {
  WorkerPool pool(context_.get_executor(), {.threads = 1});
  run([](Workers& self, WorkerPool& workers) -> asio::awaitable<void> {
    base::TaskGroup others(self.context_.get_executor(), self.log_);
    others.spawn("cancelled", [&]() -> asio::awaitable<void> {
      co_await workers.run<int>(1, self.gate_.work());
    });
    while (workers.running() < 1) co_await self.turn();
    self.gate_.entered.wait();
    others.cancel();
    co_await others.join();
    while (workers.running() > 0) co_await self.turn();
    EXPECT_TRUE(self.gate_.was_stopped);
    EXPECT_EQ(workers.bytes(), 0U);
  }(*this, pool));
}

TEST_F(Workers, EndWithTheirPool) {
  run([](Workers& self) -> asio::awaitable<void> {
    base::TaskGroup others(self.context_.get_executor(), self.log_);
    {
      WorkerPool pool(self.context_.get_executor(), {.threads = 1});
      others.spawn("cancelled", [&]() -> asio::awaitable<void> {
        co_await pool.run<int>(1, self.gate_.work());
      });
      while (pool.running() < 1) co_await self.turn();
      others.cancel();
      co_await others.join();
    }
    EXPECT_TRUE(self.gate_.was_stopped);
    co_await self.turn();
  }(*this));
}

}  // namespace
}  // namespace lmbridge::media
