#include "bridge/job.hpp"

#include "base/task_group.hpp"
#include "tests/unit/bridge/recording_host.hpp"
#include "tests/unit/coroutine_test.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace lmbridge::bridge {
namespace {

using boost::asio::awaitable;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class JobOfAPage : public testing::Test {
 protected:
  JobOfAPage() { job.emplace(7, host, news); }

  void give(std::size_t units) { job->on_text(std::string(units, 't'), units); }

  boost::asio::io_context context{1};
  base::Condition news{context.get_executor()};
  RecordingHost host;
  std::optional<Job> job;
};

TEST_F(JobOfAPage, GivesTextsInOrderAndOnce) {
  job->on_text("one ", 4);
  job->on_text("two", 3);
  EXPECT_EQ(job->take_text(), "one two");
  EXPECT_EQ(job->take_text(), "");
}

TEST_F(JobOfAPage, GrantsNothingBeforeTheTextHasBeenPassedOn) {
  give(job_credit);
  EXPECT_THAT(host.granted, IsEmpty());
  job->acknowledge();
  EXPECT_THAT(host.granted, IsEmpty()) << "nothing has been taken yet";
  (void)job->take_text();
  EXPECT_THAT(host.granted, IsEmpty()) << "taken is not yet passed on";
  job->acknowledge();
  EXPECT_THAT(host.granted, ElementsAre(job_credit));
  job->acknowledge();
  EXPECT_EQ(host.granted.size(), 1U);
}

TEST_F(JobOfAPage, SavesUpSmallGrantsUntilTheyAreWorthACommand) {
  for (int i = 0; i < 3; ++i) {
    give(job_grant / 4);
    (void)job->take_text();
    job->acknowledge();
  }
  EXPECT_THAT(host.granted, IsEmpty());
  give(job_grant / 4);
  (void)job->take_text();
  job->acknowledge();
  EXPECT_THAT(host.granted, ElementsAre(job_grant));
}

TEST_F(JobOfAPage, CountsUnitsNotBytes) {
  job->on_text(std::string(3 * job_credit, 'x'), job_credit);
  (void)job->take_text();
  job->acknowledge();
  EXPECT_THAT(host.granted, ElementsAre(job_credit));
}

TEST_F(JobOfAPage, NeverGrantsMoreThanHasCome) {
  std::size_t come = 0;
  for (std::size_t i = 1; i < 200; ++i) {
    give(i * 997);
    come += i * 997;
    if (i % 3 == 0) (void)job->take_text();
    if (i % 2 == 0) job->acknowledge();
    std::size_t granted = 0;
    for (const auto units : host.granted) granted += units;
    ASSERT_LE(granted, come);
  }
}

TEST_F(JobOfAPage, GrantsNothingOnceThePageHasSaidItsLastWord) {
  give(job_credit);
  job->finish({});
  (void)job->take_text();
  job->acknowledge();
  EXPECT_THAT(host.granted, IsEmpty());
}

TEST_F(JobOfAPage, KeepsTheTextThatCameBeforeItsEnd) {
  job->on_text("last", 4);
  job->finish({});
  EXPECT_TRUE(job->ending().has_value());
  EXPECT_EQ(job->take_text(), "last");
}

TEST_F(JobOfAPage, KeepsItsFirstEnding) {
  job->finish({});
  job->finish(fail(ErrorCode::page_gone, "later"));
  EXPECT_TRUE(job->ending()->has_value());
  Job failed(8, host, news);
  failed.finish(fail(ErrorCode::network_error, "first"));
  failed.finish(fail(ErrorCode::page_gone, "later"));
  failed.finish({});
  EXPECT_EQ(failed.ending()->error().message, "first");
}

TEST_F(JobOfAPage, ThatIsGivenUpIsStoppedInThePage) {
  job->on_head({.status = 200, .content_type = {}, .retry_after = {}});
  job.reset();
  EXPECT_THAT(host.left, ElementsAre("7 running"));
}

TEST_F(JobOfAPage, ThatHasEndedNeedsNoStopping) {
  job->finish({});
  job.reset();
  job.emplace(8, host, news);
  job->finish(fail(ErrorCode::network_error, "x"));
  job.reset();
  EXPECT_THAT(host.left, ElementsAre("7 ended", "8 ended"));
}

TEST_F(JobOfAPage, WakesItsReaderForEachKindOfNews) {
  base::NullLog log;
  base::TaskGroup tasks(context.get_executor(), log);
  test::run(context, [&]() -> awaitable<void> {
    const auto wakes = [&](auto change) -> awaitable<void> {
      bool woken = false;
      tasks.spawn("reader", [&]() -> awaitable<void> {
        co_await news.wait();
        woken = true;
      });
      tasks.spawn("page", [change]() -> awaitable<void> {
        change();
        co_return;
      });
      co_await tasks.join();
      EXPECT_TRUE(woken);
    };
    co_await wakes([&] { job->on_head({}); });
    co_await wakes([&] { job->on_text("t", 1); });
    co_await wakes([&] { job->finish({}); });
  }());
}

TEST_F(JobOfAPage, NewsBeforeTheWaitIsNotMissed) {
  test::run(context, [&]() -> awaitable<void> {
    job->on_text("t", 1);
    co_await news.wait();
    EXPECT_EQ(job->take_text(), "t");
  }());
}

}  // namespace
}  // namespace lmbridge::bridge
