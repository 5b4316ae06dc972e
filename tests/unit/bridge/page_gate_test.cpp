#include "bridge/page_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace lmbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr auto all = std::numeric_limits<std::size_t>::max();

class Gate : public testing::Test {
 protected:
  [[nodiscard]] std::size_t limit() const { return gate_.limit(now_); }
  void refuse(ErrorCode code = ErrorCode::verification_required) { gate_.refuse(code, now_); }
  /// The one reload that a refusal asks for.
  void reload() {
    ASSERT_TRUE(gate_.reload_wanted());
    gate_.reloading();
    gate_.lose();
    gate_.open();
  }

  PageGate gate_;
  PageGate::TimePoint now_{1h};
};

TEST_F(Gate, IsShutWithoutADocument) {
  EXPECT_EQ(gate_.state(), PageState::loading);
  EXPECT_EQ(limit(), 0U);
  gate_.open();
  EXPECT_EQ(gate_.state(), PageState::ready);
  EXPECT_EQ(limit(), all);
  gate_.lose();
  EXPECT_EQ(gate_.state(), PageState::loading);
  EXPECT_EQ(limit(), 0U);
}

TEST_F(Gate, ClosesWhenTheSiteAsksForAHumanAndWantsTheChallengeToBeShown) {
  gate_.open();
  refuse();
  EXPECT_EQ(gate_.state(), PageState::needs_verification);
  EXPECT_EQ(limit(), 0U);
  EXPECT_TRUE(gate_.reload_wanted());
}

TEST_F(Gate, LetsOneRequestTryWhenTheReloadedPageShowsNoChallenge) {
  gate_.open();
  refuse();
  reload();
  EXPECT_EQ(gate_.state(), PageState::ready);
  EXPECT_EQ(limit(), 1U);
  gate_.confirm();
  EXPECT_EQ(limit(), all);
}

TEST_F(Gate, DoesNotReloadAgainWhenTheTrialFails) {
  gate_.open();
  refuse();
  reload();
  refuse();
  EXPECT_EQ(gate_.state(), PageState::needs_verification);
  EXPECT_FALSE(gate_.reload_wanted());
  EXPECT_EQ(limit(), 0U);
}

TEST_F(Gate, TriesAgainAfterAPauseAlthoughNothingHasChanged) {
  gate_.open();
  refuse();
  reload();
  refuse();
  ASSERT_TRUE(gate_.next_trial());
  now_ = *gate_.next_trial();
  EXPECT_EQ(limit(), 1U);
  EXPECT_EQ(gate_.state(), PageState::needs_verification) << "nothing says that it is past it";
  refuse();
  EXPECT_EQ(limit(), 0U);
}

TEST_F(Gate, WaitsLongerAfterEveryTrialThatFailsUpToALimit) {
  gate_.open();
  refuse();
  reload();
  refuse();
  std::vector<PageGate::TimePoint::duration> pauses;
  for (int i = 0; i < 6; ++i) {
    now_ = *gate_.next_trial();
    refuse();
    pauses.push_back(*gate_.next_trial() - now_);
  }
  EXPECT_THAT(pauses, testing::ElementsAre(2s, 4s, 8s, 15s, 15s, 15s));
  gate_.confirm();
  refuse();
  reload();
  refuse();
  EXPECT_EQ(*gate_.next_trial() - now_, 1s) << "it was past it in between";
}

TEST_F(Gate, TakesTheRefusalsOfAllThatRunForOneFailure) {
  gate_.open();
  for (int i = 0; i < 20; ++i) refuse();
  reload();
  refuse();
  EXPECT_EQ(*gate_.next_trial() - now_, 1s);
}

TEST_F(Gate, StaysShutWhileTheDocumentIsTheChallengeAndLetsOneTryBehindIt) {
  gate_.open();
  gate_.challenge();
  EXPECT_EQ(gate_.state(), PageState::needs_verification);
  EXPECT_FALSE(gate_.reload_wanted()) << "it is shown already";
  EXPECT_FALSE(gate_.next_trial());
  gate_.reconsider(now_);
  EXPECT_EQ(limit(), 0U);
  gate_.lose();
  gate_.open();
  EXPECT_EQ(gate_.state(), PageState::ready);
  EXPECT_EQ(limit(), 1U);
}

TEST_F(Gate, TriesSoonWhenCookiesHaveChangedButNotInADocumentThatMayBeLeft) {
  gate_.open();
  refuse(ErrorCode::sign_in_required);
  EXPECT_EQ(gate_.state(), PageState::needs_sign_in);
  reload();
  refuse(ErrorCode::sign_in_required);
  EXPECT_EQ(limit(), 0U);
  now_ = *gate_.next_trial();
  refuse(ErrorCode::sign_in_required);
  now_ += 500ms;
  gate_.reconsider(now_);
  EXPECT_EQ(limit(), 0U) << "the refusal itself has changed them";
  now_ += 500ms;
  gate_.reconsider(now_);
  EXPECT_EQ(limit(), 0U);
  now_ += PageGate::time_to_leave;
  EXPECT_EQ(limit(), 1U);
}

TEST_F(Gate, PausesAfterARefusalInTheDocumentThatASignInLedTo) {
  gate_.open();
  refuse(ErrorCode::sign_in_required);
  reload();
  refuse(ErrorCode::sign_in_required);
  now_ += 2s;
  gate_.reconsider(now_);
  gate_.lose();
  gate_.open();
  EXPECT_EQ(limit(), 1U) << "the document is a new one";
  refuse(ErrorCode::sign_in_required);
  now_ += PageGate::time_to_leave;
  EXPECT_EQ(limit(), 0U);
  now_ = *gate_.next_trial();
  EXPECT_EQ(limit(), 1U);
}

TEST_F(Gate, ReloadsAgainForTheNextRefusalOnceARequestWasAnswered) {
  gate_.open();
  refuse();
  reload();
  gate_.confirm();
  refuse();
  EXPECT_TRUE(gate_.reload_wanted());
}

TEST_F(Gate, KeepsWhatTheSiteWantsWhileThePageIsLoaded) {
  gate_.open();
  refuse(ErrorCode::sign_in_required);
  gate_.lose();
  EXPECT_EQ(gate_.state(), PageState::needs_sign_in);
  EXPECT_EQ(limit(), 0U);
}

}  // namespace
}  // namespace lmbridge::bridge
