#include "media/cache.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

using namespace std::chrono_literals;

class FakeClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return time; }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override { return {}; }
  std::chrono::steady_clock::time_point time{1h};
};

class CacheTest : public testing::Test {
 protected:
  static std::shared_ptr<const std::string> value(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  }
  static void put(Cache<std::string>& cache, const std::string& key, std::size_t bytes = 1) {
    cache.put(key, value("of " + key), bytes);
  }

  FakeClock clock;
};

TEST_F(CacheTest, FindsWhatWasPutInAndCountsHitsAndMisses) {
  Cache<std::string> cache({}, clock);
  EXPECT_EQ(cache.find("a"), nullptr);
  put(cache, "a", 10);
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("a"), "of a");
  EXPECT_EQ(cache.counts().hits, 2U);
  EXPECT_EQ(cache.counts().misses, 1U);
  EXPECT_EQ(cache.bytes(), 10U);
}

TEST_F(CacheTest, DropsTheLeastRecentlyUsedFirst) {
  Cache<std::string> cache({.entries = 3}, clock);
  for (const auto* key : {"a", "b", "c"}) put(cache, key);
  EXPECT_NE(cache.find("a"), nullptr);
  put(cache, "d");
  EXPECT_EQ(cache.find("b"), nullptr);
  for (const auto* key : {"a", "c", "d"}) EXPECT_NE(cache.find(key), nullptr) << key;
}

TEST_F(CacheTest, HoldsNoMoreBytesThanAllowed) {
  Cache<std::string> cache({.bytes = 100}, clock);
  for (const auto* key : {"a", "b", "c", "d"}) put(cache, key, 25);
  EXPECT_EQ(cache.bytes(), 100U);
  put(cache, "e", 20);
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.bytes(), 95U);
}

TEST_F(CacheTest, DoesNotLetALargeValueDriveOutTheOthers) {
  Cache<std::string> cache({.bytes = 100}, clock);
  put(cache, "small", 10);
  put(cache, "large", 26);
  EXPECT_EQ(cache.find("large"), nullptr);
  EXPECT_NE(cache.find("small"), nullptr);
}

TEST_F(CacheTest, ReplacesWhatIsUnderTheSameKey) {
  Cache<std::string> cache({}, clock);
  put(cache, "a", 10);
  cache.put("a", value("newer"), 4);
  EXPECT_EQ(*cache.find("a"), "newer");
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.bytes(), 4U);
}

TEST_F(CacheTest, ForgetsWhatIsTooOldThoughItIsUsed) {
  Cache<std::string> cache({.time_to_live = 10s}, clock);
  put(cache, "a");
  clock.time += 9999ms;
  EXPECT_NE(cache.find("a"), nullptr);
  clock.time += 1ms;
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_F(CacheTest, IsSweptOfWhatIsTooOldAndNothingElse) {
  Cache<std::string> cache({.time_to_live = 10s}, clock);
  put(cache, "old", 5);
  clock.time += 5s;
  put(cache, "young", 7);
  clock.time += 5s;
  cache.sweep();
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.bytes(), 7U);
  EXPECT_NE(cache.find("young"), nullptr);
}

TEST_F(CacheTest, LeavesAValueToThoseWhoStillUseIt) {
  Cache<std::string> cache({.entries = 1}, clock);
  put(cache, "a");
  const auto used = cache.find("a");
  put(cache, "b");
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(*used, "of a");
}

TEST_F(CacheTest, ShrinksAtOnceWhenItsLimitsDo) {
  Cache<std::string> cache({}, clock);
  for (const auto* key : {"a", "b", "c"}) put(cache, key, 10);
  cache.set_limits({.entries = 2});
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.find("a"), nullptr);
  cache.clear();
  EXPECT_EQ(cache.bytes(), 0U);
  EXPECT_EQ(cache.find("b"), nullptr);
}

TEST_F(CacheTest, KeepsNothingOfTenThousandButTheLastFiveHundred) {
  Cache<std::string> cache({.entries = 500}, clock);
  std::vector<std::weak_ptr<const std::string>> all;
  for (int i = 0; i < 10'000; ++i) {
    auto made = value(std::string(1000, 'x'));
    all.push_back(made);
    cache.put(std::to_string(i), std::move(made), 1000);
    ASSERT_LE(cache.bytes(), 500'000U);
  }
  EXPECT_EQ(cache.size(), 500U);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].expired(), i < 9500) << i;
}

}  // namespace
}  // namespace lmbridge::media
