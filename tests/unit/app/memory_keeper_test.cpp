#include "app/memory_keeper.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::app {
namespace {

using base::LogLevel;
using boost::asio::awaitable;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t megabyte = 1024UL * 1024;

class DaemonsMemory : public testing::Test {
 protected:
  MemoryKeeper keeper() {
    return {{.threshold_mb = [this] { return threshold_mb; },
             .interval = std::chrono::milliseconds(1),
             .resident = [this] { return resident_mb * megabyte; },
             .trim =
                 [this] {
                   ++trims;
                   resident_mb -= freed_mb;
                   trimmed.notify();
                 }},
            log};
  }

  boost::asio::io_context context{1};
  base::Condition trimmed{context.get_executor()};
  test::RecordingLog log;
  std::size_t threshold_mb = 100;
  std::size_t resident_mb = 50;
  /// What the next trim gives back.
  std::size_t freed_mb = 0;
  int trims = 0;
};

TEST_F(DaemonsMemory, IsLeftAloneUpToTheThreshold) {
  auto keeper = this->keeper();
  resident_mb = threshold_mb;
  keeper.look();
  EXPECT_EQ(trims, 0);
  EXPECT_TRUE(log.lines.empty());
}

TEST_F(DaemonsMemory, IsGivenBackAboveTheThresholdAndTheLogSaysHowMuch) {
  auto keeper = this->keeper();
  resident_mb = 130;
  freed_mb = 70;
  keeper.look();
  EXPECT_EQ(trims, 1);
  ASSERT_EQ(log.count(LogLevel::info), 1U);
  EXPECT_THAT(log.lines.front().text, AllOf(HasSubstr("before_mb=130"), HasSubstr("after_mb=60"),
                                            HasSubstr("gc_threshold_mb=100")));
}

TEST_F(DaemonsMemory, ThatIsInUseIsWarnedOf) {
  auto keeper = this->keeper();
  resident_mb = 130;
  freed_mb = 20;
  keeper.look();
  EXPECT_EQ(log.count(LogLevel::warning, "after_mb=110"), 1U);
}

TEST_F(DaemonsMemory, IsTrimmedAtEveryLookButToldOfOnceForEachCrossing) {
  auto keeper = this->keeper();
  resident_mb = 130;
  for (int i = 0; i < 3; ++i) keeper.look();
  EXPECT_EQ(trims, 3);
  EXPECT_EQ(log.lines.size(), 1U);
  resident_mb = 90;
  keeper.look();
  EXPECT_EQ(log.lines.size(), 1U);
  resident_mb = 140;
  keeper.look();
  EXPECT_EQ(trims, 4);
  EXPECT_EQ(log.lines.size(), 2U);
}

TEST_F(DaemonsMemory, IsMeasuredAgainstTheThresholdOfTheMoment) {
  auto keeper = this->keeper();
  keeper.look();
  EXPECT_EQ(trims, 0);
  threshold_mb = 40;
  keeper.look();
  EXPECT_EQ(trims, 1);
  threshold_mb = 0;
  keeper.look();
  EXPECT_EQ(trims, 1) << "0 is never";
}

TEST_F(DaemonsMemory, IsLookedAtAgainAndAgainUntilTheTaskIsCancelled) {
  auto keeper = this->keeper();
  resident_mb = 130;
  test::run(context, [&]() -> awaitable<void> {
    base::TaskGroup tasks(context.get_executor(), log);
    tasks.spawn("memory", [&] { return keeper.run(); });
    while (trims < 3) co_await trimmed.wait();
    co_await tasks.stop(std::chrono::seconds(0));
  }());
  EXPECT_EQ(log.count(LogLevel::error), 0U);
}

TEST(MemoryOfTheProcess, FallsWhenWhatWasFreedGoesBack) {
#ifdef LMBRIDGE_SANITIZED
  GTEST_SKIP() << "sanitizers have an allocator of their own";
#else
  constexpr std::size_t size = 64 * megabyte;
  constexpr std::size_t block = 1024;
  const auto without = resident_memory();
  ASSERT_GT(without, megabyte);
  std::vector<std::unique_ptr<char[]>> blocks(size / block);
  // Filled, because pages that nobody has touched are not resident.
  for (auto& each : blocks) {
    each.reset(new char[block]);
    std::fill_n(each.get(), block, 'x');
  }
  // The last one lies above the others and keeps the allocator from giving them back by itself.
  const auto last = std::move(blocks.back());
  blocks.clear();
  ASSERT_GT(resident_memory(), without + size * 3 / 4);
  test::RecordingLog log;
  MemoryKeeper({.threshold_mb = [] { return 1U; }}, log).look();
  EXPECT_LT(resident_memory(), without + size / 4);
  EXPECT_EQ(log.lines.size(), 1U);
#endif
}

/// Of this process, in kB: pages of files.
std::size_t resident_file_pages() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::stoul(line.substr(sizeof "RssFile:"));
  }
  return 0;
}

TEST(CodeOfTheDaemon, CanBeGivenBackAndIsThereWhenItIsUsed) {
  const auto before = resident_file_pages();
  give_back_code();
  EXPECT_LT(resident_file_pages(), before);
}

}  // namespace
}  // namespace lmbridge::app
