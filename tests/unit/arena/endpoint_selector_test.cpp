#include "arena/endpoint_selector.hpp"

#include "fakes.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

namespace lmbridge::arena {
namespace {

using Lease = EndpointSelector::Lease;
using std::chrono::seconds;
using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<Lease> && std::is_nothrow_move_constructible_v<Lease>);

std::vector<PoolEntry> pool(std::size_t size) {
  std::vector<PoolEntry> entries;
  entries.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    entries.push_back({.endpoint = {.session_id = std::string(1, static_cast<char>('a' + i)),
                                    .message_id = "m"}});
  }
  return entries;
}

class Selector : public testing::Test {
 protected:
  EndpointSelector::Lease take(std::string_view model, const std::vector<PoolEntry>& entries) {
    return test::must(selector_.take(model, entries));
  }

  /// The sessions that `count` requests get which end at once.
  std::string turns(const std::vector<PoolEntry>& entries, std::size_t count,
                    std::string_view model = "x") {
    std::string sessions;
    for (std::size_t i = 0; i < count; ++i) {
      sessions += take(model, entries).endpoint().session_id;
    }
    return sessions;
  }

  StoppedClock clock_;
  EndpointSelector selector_{clock_};
};

TEST_F(Selector, TakesTheEntriesInTurn) {
  EXPECT_EQ(turns(pool(3), 7), "abcabca");
  EXPECT_EQ(turns(pool(1), 2), "aa");
}

TEST_F(Selector, HasAPointerForEachModel) {
  EXPECT_EQ(turns(pool(3), 2, "x"), "ab");
  EXPECT_EQ(turns(pool(3), 1, "y"), "a");
  EXPECT_EQ(turns(pool(3), 1, "x"), "c");
}

TEST_F(Selector, PassesOverABusyEntryWhileAnotherIsFree) {
  const auto entries = pool(3);
  const auto a = take("x", entries);
  EXPECT_EQ(turns(entries, 5), "bcbcb");
}

TEST_F(Selector, SharesBusyEntriesEvenly) {
  const auto entries = pool(2);
  std::vector<Lease> leases;
  std::string sessions;
  for (int i = 0; i < 4; ++i) {
    leases.push_back(take("x", entries));
    sessions += leases.back().endpoint().session_id;
  }
  EXPECT_EQ(sessions, "abab");
  leases.erase(leases.begin());
  leases.erase(leases.begin() + 1);
  EXPECT_EQ(turns(entries, 2), "aa") << "b has two requests, a has none";
}

TEST_F(Selector, KnowsThatASessionIsBusyInAnotherPool) {
  const auto entries = pool(2);
  const auto a = take("x", entries);
  EXPECT_EQ(turns(entries, 2, "y"), "bb");
}

TEST_F(Selector, RestsAStaleEntryForAMinute) {
  const auto entries = pool(2);
  take("x", entries).mark_stale();
  EXPECT_EQ(turns(entries, 3), "bbb");
  clock_.advance(seconds(59));
  EXPECT_EQ(turns(entries, 2), "bb");
  clock_.advance(seconds(1));
  EXPECT_EQ(turns(entries, 2), "ab");
}

TEST_F(Selector, PrefersABusyEntryToOneThatRests) {
  const auto entries = pool(2);
  take("x", entries).mark_stale();
  const auto b = take("x", entries);
  EXPECT_EQ(turns(entries, 2), "bb");
}

TEST_F(Selector, TakesTheOneThatRestedLongestWhenAllRest) {
  const auto entries = pool(3);
  for (int i = 0; i < 3; ++i) {
    take("x", entries).mark_stale();
    clock_.advance(seconds(1));
  }
  EXPECT_EQ(turns(entries, 2), "aa");
  take("x", entries).mark_stale();
  EXPECT_EQ(turns(entries, 1), "b");
}

TEST_F(Selector, RestsAnEntryAnewThatIsStillStale) {
  const auto entries = pool(2);
  {
    auto first = take("x", entries);
    first.mark_stale();
    clock_.advance(seconds(30));
    first.mark_stale();
  }
  clock_.advance(seconds(59));
  EXPECT_EQ(turns(entries, 2), "bb");
  clock_.advance(seconds(1));
  EXPECT_EQ(turns(entries, 2), "ab");
}

TEST_F(Selector, KeepsWhatItKnowsWhenTheMapIsLoadedAnew) {
  take("x", pool(2)).mark_stale();
  const auto b = take("x", pool(2));
  const auto reloaded = pool(3);
  EXPECT_EQ(turns(reloaded, 3), "ccc");
}

TEST_F(Selector, HandsOutWhatTheEntrySays) {
  const std::vector<PoolEntry> entries = {{.endpoint = {.session_id = "s",
                                                        .message_id = "m",
                                                        .mode = Mode::battle,
                                                        .battle_target = 'b'},
                                           .type = ModelType::image}};
  const auto lease = take("x", entries);
  EXPECT_EQ(lease.endpoint(), entries[0].endpoint);
  EXPECT_EQ(lease.type(), ModelType::image);
}

TEST_F(Selector, FreesAnEntryOnceHoweverItsLeaseMoves) {
  const auto entries = pool(2);
  auto a = take("x", entries);
  {
    auto moved = std::move(a);
    auto b = take("x", entries);
    moved = std::move(b);
    EXPECT_EQ(moved.endpoint().session_id, "b");
    EXPECT_EQ(selector_.known_sessions(), 1U) << "a is free again";
  }
  EXPECT_EQ(selector_.known_sessions(), 0U);
}

TEST_F(Selector, ForgetsSessionsThatAreGone) {
  for (int i = 0; i < 100'000; ++i) {
    const std::vector<PoolEntry> entries = {
        {.endpoint = {.session_id = std::to_string(i), .message_id = "m"}}};
    auto lease = take(std::to_string(i), entries);
    if (i % 2 == 0) lease.mark_stale();
    clock_.advance(seconds(1));
  }
  EXPECT_LE(selector_.known_sessions(), 60U);
  clock_.advance(seconds(60));
  turns(pool(1), 1);
  EXPECT_EQ(selector_.known_sessions(), 0U);
}

TEST_F(Selector, PassesOverSessionsWhoseRateLimitIsUsedUp) {
  const auto entries = pool(3);
  take("x", entries).mark_limited(30s);
  EXPECT_EQ(turns(entries, 4), "bcbc");
  clock_.advance(30s);
  EXPECT_EQ(turns(entries, 3), "abc");
}

TEST_F(Selector, SaysWhenTheFirstOfThemMayBeAskedAgainWhenAllAreUsedUp) {
  const auto entries = pool(2);
  take("x", entries).mark_limited(30s);
  take("x", entries).mark_limited(10s);
  clock_.advance(2500ms);
  const auto refused = selector_.take("x", entries);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().retry_after_seconds, 8);
  clock_.advance(7500ms);
  EXPECT_EQ(turns(entries, 2), "bb");
}

TEST_F(Selector, BelievesTheLongestOfSeveralLimits) {
  const auto entries = pool(1);
  auto first = take("x", entries);
  auto second = take("x", entries);
  first.mark_limited(30s);
  second.mark_limited(5s);
  clock_.advance(6s);
  EXPECT_FALSE(selector_.take("x", entries));
}

TEST_F(Selector, KnowsWhenASessionIsFresh) {
  const auto entries = pool(3);
  EXPECT_EQ(selector_.fresh_in(entries), 0ms);
  take("x", entries).mark_limited(300s);
  EXPECT_EQ(selector_.fresh_in(entries), 0ms);
  take("x", entries).mark_limited(30s);
  take("x", entries).mark_stale();
  EXPECT_EQ(selector_.fresh_in(entries), 30s) << "the first of those that are limited";
  clock_.advance(20s);
  EXPECT_EQ(selector_.fresh_in(entries), 10s);
}

TEST_F(Selector, ExpectsNothingOfSessionsThatWereStaleLately) {
  const auto entries = pool(1);
  take("x", entries).mark_stale();
  EXPECT_EQ(selector_.fresh_in(entries), std::nullopt);
  clock_.advance(EndpointSelector::rest);
  EXPECT_EQ(selector_.fresh_in(entries), 0ms);
}

TEST_F(Selector, ForgetsSessionsWhoseLimitIsOver) {
  take("x", pool(2)).mark_limited(30s);
  EXPECT_EQ(selector_.known_sessions(), 1U);
  clock_.advance(30s);
  turns(pool(2), 1);
  EXPECT_EQ(selector_.known_sessions(), 0U);
}

}  // namespace
}  // namespace lmbridge::arena
