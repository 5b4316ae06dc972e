#include "control/worker.hpp"

#include "base/condition.hpp"
#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"

#include <latch>
#include <memory>
#include <thread>

namespace lmbridge::control {
namespace {

using boost::asio::awaitable;

class WorkerThread : public testing::Test {
 protected:
  boost::asio::io_context context{1};
  Worker worker{context.get_executor()};
};

TEST_F(WorkerThread, DoesItsWorkElsewhereAndTellsHowItEnded) {
  test::run(context, [&]() -> awaitable<void> {
    std::thread::id where;
    test::must(co_await worker.run([&where] {
      where = std::this_thread::get_id();
      return Result<void>();
    }));
    EXPECT_NE(where, std::this_thread::get_id());
    const auto failed =
        co_await worker.run([]() -> Result<void> { return fail(ErrorCode::internal, "why"); });
    EXPECT_EQ(test::code_of(failed), ErrorCode::internal);
  }());
}

TEST_F(WorkerThread, EndsItsWorkWhenTheCallerIsCancelled) {
  test::RecordingLog log;
  const auto may_end = std::make_shared<std::latch>(1);
  const auto done = std::make_shared<bool>(false);
  test::run(context, [&]() -> awaitable<void> {
    base::TaskGroup tasks(context.get_executor(), log);
    tasks.spawn("caller", [&, may_end, done]() -> awaitable<void> {
      co_await worker.run([may_end, done] {
        may_end->wait();
        *done = true;
        return Result<void>();
      });
    });
    co_await tasks.stop(std::chrono::seconds(0));
    may_end->count_down();
    // One after the other: when this has been done, so has that.
    test::must(co_await worker.run([] { return Result<void>(); }));
    EXPECT_TRUE(*done);
  }());
}

}  // namespace
}  // namespace lmbridge::control
