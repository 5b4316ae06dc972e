#include "media/file_bed_rota.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <random>

namespace lmbridge::media {
namespace {

using settings::FileBedStrategy;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class SetClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return time; }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override { return {}; }

  std::chrono::steady_clock::time_point time{std::chrono::hours(1)};
};

class FileBedRotaTest : public testing::Test {
 protected:
  FileBedRota rota(std::size_t count, FileBedStrategy strategy) {
    return {count, strategy, clock, random};
  }

  SetClock clock;
  std::minstd_rand dice{1};
  FileBedRota::Random random = [this](std::size_t bound) { return dice() / 16 % bound; };
};

TEST_F(FileBedRotaTest, AsksTheFirstAlwaysFirstToFailOver) {
  auto beds = rota(3, FileBedStrategy::failover);
  EXPECT_THAT(beds.next(), ElementsAre(0, 1, 2));
  EXPECT_THAT(beds.next(), ElementsAre(0, 1, 2));
}

TEST_F(FileBedRotaTest, AsksOneAfterTheOtherInRoundRobin) {
  auto beds = rota(3, FileBedStrategy::round_robin);
  EXPECT_THAT(beds.next(), ElementsAre(0, 1, 2));
  EXPECT_THAT(beds.next(), ElementsAre(1, 2, 0));
  EXPECT_THAT(beds.next(), ElementsAre(2, 0, 1));
  EXPECT_THAT(beds.next(), ElementsAre(0, 1, 2));
}

TEST_F(FileBedRotaTest, AsksEachFirstAsOftenAsTheDiceSay) {
  auto beds = rota(3, FileBedStrategy::random);
  std::map<std::size_t, int> first;
  for (int i = 0; i < 60; ++i) {
    const auto order = beds.next();
    EXPECT_THAT(order, UnorderedElementsAre(0, 1, 2));
    ++first[order.front()];
  }
  EXPECT_EQ(first.size(), 3U);
}

TEST_F(FileBedRotaTest, LetsABedThatFailedRestFor300Seconds) {
  auto beds = rota(3, FileBedStrategy::failover);
  beds.note_failure(0);
  EXPECT_THAT(beds.next(), ElementsAre(1, 2, 0));
  clock.time += std::chrono::milliseconds(299'999);
  EXPECT_THAT(beds.next(), ElementsAre(1, 2, 0));
  clock.time += std::chrono::milliseconds(1);
  EXPECT_FALSE(beds.rests(0));
  EXPECT_THAT(beds.next(), ElementsAre(0, 1, 2));
}

TEST_F(FileBedRotaTest, PassesOverThoseThatRestInRoundRobin) {
  auto beds = rota(3, FileBedStrategy::round_robin);
  beds.note_failure(1);
  EXPECT_EQ(beds.next().front(), 0U);
  EXPECT_EQ(beds.next().front(), 2U);
  EXPECT_EQ(beds.next().front(), 0U);
}

TEST_F(FileBedRotaTest, TriesAllThatRestWhereNobodyElseIsLeftTheFirstToComeBackInFront) {
  auto beds = rota(3, FileBedStrategy::failover);
  for (const std::size_t bed : {2U, 0U, 1U}) {
    beds.note_failure(bed);
    clock.time += std::chrono::seconds(1);
  }
  EXPECT_THAT(beds.next(), ElementsAre(2, 0, 1));
}

TEST_F(FileBedRotaTest, EndsTheRestOfABedThatTakesAFile) {
  auto beds = rota(2, FileBedStrategy::failover);
  beds.note_failure(0);
  beds.note_success(0);
  EXPECT_THAT(beds.next(), ElementsAre(0, 1));
}

TEST_F(FileBedRotaTest, HasNobodyToAskWhereThereAreNoBeds) {
  for (const auto strategy :
       {FileBedStrategy::random, FileBedStrategy::round_robin, FileBedStrategy::failover}) {
    EXPECT_THAT(rota(0, strategy).next(), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace lmbridge::media
