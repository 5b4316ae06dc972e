#include "arena/endpoint_selector.hpp"

#include "fakes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

namespace lmbridge::arena {
namespace {

using Lease = EndpointSelector::Lease;
using std::chrono::seconds;

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
  /// The sessions that `count` requests get which end at once.
  std::string turns(const std::vector<PoolEntry>& entries, std::size_t count,
                    std::string_view model = "x") {
    std::string sessions;
    for (std::size_t i = 0; i < count; ++i) {
      sessions += selector_.take(model, entries).endpoint().session_id;
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
  const auto a = selector_.take("x", entries);
  EXPECT_EQ(turns(entries, 5), "bcbcb");
}

TEST_F(Selector, SharesBusyEntriesEvenly) {
  const auto entries = pool(2);
  std::vector<Lease> leases;
  std::string sessions;
  for (int i = 0; i < 4; ++i) {
    leases.push_back(selector_.take("x", entries));
    sessions += leases.back().endpoint().session_id;
  }
  EXPECT_EQ(sessions, "abab");
  leases.erase(leases.begin());
  leases.erase(leases.begin() + 1);
  EXPECT_EQ(turns(entries, 2), "aa") << "b has two requests, a has none";
}

TEST_F(Selector, KnowsThatASessionIsBusyInAnotherPool) {
  const auto entries = pool(2);
  const auto a = selector_.take("x", entries);
  EXPECT_EQ(turns(entries, 2, "y"), "bb");
}

TEST_F(Selector, RestsAStaleEntryForAMinute) {
  const auto entries = pool(2);
  selector_.take("x", entries).mark_stale();
  EXPECT_EQ(turns(entries, 3), "bbb");
  clock_.advance(seconds(59));
  EXPECT_EQ(turns(entries, 2), "bb");
  clock_.advance(seconds(1));
  EXPECT_EQ(turns(entries, 2), "ab");
}

TEST_F(Selector, PrefersABusyEntryToOneThatRests) {
  const auto entries = pool(2);
  selector_.take("x", entries).mark_stale();
  const auto b = selector_.take("x", entries);
  EXPECT_EQ(turns(entries, 2), "bb");
}

TEST_F(Selector, TakesTheOneThatRestedLongestWhenAllRest) {
  const auto entries = pool(3);
  for (int i = 0; i < 3; ++i) {
    selector_.take("x", entries).mark_stale();
    clock_.advance(seconds(1));
  }
  EXPECT_EQ(turns(entries, 2), "aa");
  selector_.take("x", entries).mark_stale();
  EXPECT_EQ(turns(entries, 1), "b");
}

TEST_F(Selector, RestsAnEntryAnewThatIsStillStale) {
  const auto entries = pool(2);
  {
    auto first = selector_.take("x", entries);
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
  selector_.take("x", pool(2)).mark_stale();
  const auto b = selector_.take("x", pool(2));
  const auto reloaded = pool(3);
  EXPECT_EQ(turns(reloaded, 3), "ccc");
}

TEST_F(Selector, HandsOutWhatTheEntrySays) {
  const std::vector<PoolEntry> entries = {{.endpoint = {.session_id = "s",
                                                        .message_id = "m",
                                                        .mode = Mode::battle,
                                                        .battle_target = 'b'},
                                           .type = ModelType::image}};
  const auto lease = selector_.take("x", entries);
  EXPECT_EQ(lease.endpoint(), entries[0].endpoint);
  EXPECT_EQ(lease.type(), ModelType::image);
}

TEST_F(Selector, FreesAnEntryOnceHoweverItsLeaseMoves) {
  const auto entries = pool(2);
  auto a = selector_.take("x", entries);
  {
    auto moved = std::move(a);
    auto b = selector_.take("x", entries);
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
    auto lease = selector_.take(std::to_string(i), entries);
    if (i % 2 == 0) lease.mark_stale();
    clock_.advance(seconds(1));
  }
  EXPECT_LE(selector_.known_sessions(), 60U);
  clock_.advance(seconds(60));
  turns(pool(1), 1);
  EXPECT_EQ(selector_.known_sessions(), 0U);
}

}  // namespace
}  // namespace lmbridge::arena
