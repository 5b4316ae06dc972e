#include "bridge/retry_plan.hpp"

#include "bridge/crash_history.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace lmbridge::bridge {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

Error error(ErrorCode code, int retry_after_seconds = -1) {
  return {.code = code, .message = "x", .retry_after_seconds = retry_after_seconds};
}

class Plan : public testing::Test {
 protected:
  std::optional<milliseconds> delay(ErrorCode code,
                                    std::optional<milliseconds> session_in = std::nullopt,
                                    int retry_after_seconds = -1) {
    const auto retry = plan_.after(error(code, retry_after_seconds), session_in);
    return retry ? std::optional(retry->delay) : std::nullopt;
  }

  RetryPlan plan_{{.enabled = true, .hold_limit = 60s},
                  {.max_retries = 6, .base_delay = 1000ms, .max_delay = 9000ms}};
};

TEST_F(Plan, AsksAgainForEmptyAnswersAsConfigured) {
  std::vector<milliseconds> delays;
  std::vector<std::size_t> numbers;
  while (const auto retry = plan_.after(error(ErrorCode::empty_response), std::nullopt)) {
    delays.push_back(retry->delay);
    numbers.push_back(retry->number);
    EXPECT_EQ(retry->most, 6U);
  }
  EXPECT_THAT(delays, ElementsAre(1s, 2s, 4s, 8s, 9s, 9s));
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(Plan, AsksForEmptyAnswersOnlyOnceWhereThatIsConfigured) {
  plan_ = RetryPlan({}, {.enabled = false});
  EXPECT_EQ(delay(ErrorCode::empty_response), std::nullopt);
}

TEST_F(Plan, CountsEmptyAnswersAndFailuresApart) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(delay(ErrorCode::empty_response));
  EXPECT_TRUE(delay(ErrorCode::page_gone));
  EXPECT_EQ(plan_.retries(), 7U);
}

TEST_F(Plan, BacksOffFromFailuresOfTheNetworkAndOfTheSite) {
  const auto between = [](milliseconds least, milliseconds most) {
    return testing::Optional(AllOf(Ge(least), Le(most)));
  };
  EXPECT_THAT(delay(ErrorCode::network_error), between(112ms, 150ms));
  EXPECT_THAT(delay(ErrorCode::site_unavailable), between(225ms, 300ms));
  EXPECT_THAT(delay(ErrorCode::incomplete_answer), between(450ms, 600ms));
}

TEST_F(Plan, TriesAtOnceWhatWaitsForAPageAnyway) {
  for (const auto code : {ErrorCode::page_gone, ErrorCode::browser_gone,
                          ErrorCode::verification_required, ErrorCode::sign_in_required}) {
    plan_ = RetryPlan({.enabled = true, .hold_limit = 60s}, {});
    EXPECT_EQ(delay(code), 0ms) << base::name(code);
  }
}

TEST_F(Plan, GivesPagesTimeThatAreLostAgainAndAgain) {
  EXPECT_EQ(delay(ErrorCode::page_gone), 0ms);
  EXPECT_GT(delay(ErrorCode::browser_gone), 0ms);
  milliseconds sum(0);
  while (const auto pause = delay(ErrorCode::page_gone)) sum += *pause;
  EXPECT_GT(sum, 5s);
}

TEST_F(Plan, HonoursARetryAfterOfTheSite) {
  EXPECT_EQ(delay(ErrorCode::site_unavailable, std::nullopt, 7), 7s);
  EXPECT_EQ(delay(ErrorCode::rate_limited, std::nullopt, 12), 12s);
  EXPECT_EQ(delay(ErrorCode::rate_limited), RetryPlan::unknown_rest);
  EXPECT_EQ(delay(ErrorCode::rate_limited, 5s, 300), 5s) << "then another session serves";
}

TEST_F(Plan, GivesUpWhenTheWaitWouldBeTooLong) {
  EXPECT_EQ(delay(ErrorCode::rate_limited, std::nullopt, 61), std::nullopt);
  EXPECT_EQ(delay(ErrorCode::rate_limited, std::nullopt, 60), 60s);
  plan_.count_hold(50s);
  EXPECT_EQ(plan_.hold_left(), 10s);
  EXPECT_EQ(delay(ErrorCode::rate_limited, std::nullopt, 11), std::nullopt);
  plan_.count_hold(50s);
  EXPECT_EQ(plan_.hold_left(), 0s);
}

TEST_F(Plan, TriesStaleIdsOnlyElsewhere) {
  for (const auto code : {ErrorCode::stale_session_ids, ErrorCode::foreign_session}) {
    EXPECT_EQ(delay(code), std::nullopt) << base::name(code);
    EXPECT_EQ(delay(code, 0ms), 0ms) << base::name(code);
  }
}

TEST_F(Plan, NeverRepeatsWhatWouldFailAgain) {
  for (const auto code :
       {ErrorCode::content_blocked, ErrorCode::attachment_too_large, ErrorCode::site_changed,
        ErrorCode::site_moved, ErrorCode::site_error, ErrorCode::upstream_timeout,
        ErrorCode::shutting_down, ErrorCode::queue_full, ErrorCode::internal}) {
    EXPECT_EQ(delay(code, 0ms), std::nullopt) << base::name(code);
  }
}

TEST_F(Plan, HasALimitOnTries) {
  std::size_t tries = 0;
  while (delay(ErrorCode::page_gone)) ++tries;
  EXPECT_EQ(tries, RetryPlan::most_failures);
}

TEST_F(Plan, LeavesItToTimeAndThePoolHowOftenPagesAndSessionsAreTried) {
  for (const auto code : {ErrorCode::verification_required, ErrorCode::sign_in_required,
                          ErrorCode::rate_limited, ErrorCode::stale_session_ids}) {
    for (std::size_t i = 0; i < 3 * RetryPlan::most_failures; ++i) {
      ASSERT_EQ(delay(code, 0ms), 0ms) << base::name(code);
    }
  }
  plan_.count_hold(60s);
  EXPECT_EQ(delay(ErrorCode::rate_limited, 1s), std::nullopt);
}

TEST_F(Plan, RepeatsNothingButEmptyAnswersWhereRecoveryIsOff) {
  plan_ = RetryPlan({.enabled = false}, {});
  EXPECT_FALSE(plan_.may_wait_for_page());
  EXPECT_EQ(delay(ErrorCode::page_gone), std::nullopt);
  EXPECT_TRUE(delay(ErrorCode::empty_response));
}

TEST(Pauses, AreSpreadBelowWhatIsDueAndEndAtTheLongest) {
  Backoff backoff({.shortest = 100ms, .longest = 350ms});
  std::minstd_rand random(1);
  for (const auto due : {100ms, 200ms, 350ms, 350ms}) {
    EXPECT_THAT(backoff.next(random), AllOf(Ge(due * 3 / 4), Le(due)));
  }
  backoff.reset();
  EXPECT_LE(backoff.next(random), 100ms);
}

TEST(Pauses, MayBeginWithNone) {
  Backoff backoff({.first_at_once = true, .shortest = 100ms});
  std::minstd_rand random(1);
  EXPECT_EQ(backoff.next(random), 0ms);
  EXPECT_GE(backoff.next(random), 75ms);
}

TEST(Crashes, AreAnsweredAtOnceUnlessTheyComeOneAfterTheOther) {
  CrashHistory history;
  EXPECT_EQ(history.note_death(1h, false), 0s);
  EXPECT_EQ(history.note_death(2s, false), 500ms);
  EXPECT_EQ(history.note_death(2s, false), 1s);
  EXPECT_EQ(history.note_death(1h, false), 0s) << "that one has lived";
}

TEST(Crashes, OfBrowsersThatAnsweredAreALoopTooButCostNoPause) {
  CrashHistory history;
  for (int i = 0; i < CrashHistory::loop_from; ++i) EXPECT_EQ(history.note_death(2s, true), 0s);
  EXPECT_TRUE(history.is_loop());
}

TEST(Crashes, AreALoopUntilABrowserHasLived) {
  CrashHistory history;
  for (int i = 1; i < CrashHistory::loop_from; ++i) history.note_death(0s, false);
  EXPECT_FALSE(history.is_loop());
  history.note_death(0s, false);
  EXPECT_TRUE(history.is_loop());
  for (int i = 0; i < 100; ++i) EXPECT_LE(history.note_death(0s, false), 60s);
  EXPECT_TRUE(history.note_health());
  EXPECT_FALSE(history.is_loop());
  EXPECT_FALSE(history.note_health());
}

}  // namespace
}  // namespace lmbridge::bridge
