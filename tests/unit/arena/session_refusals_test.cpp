#include "arena/session_refusals.hpp"

#include "fakes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::arena {
namespace {

class Refusals : public testing::Test {
 protected:
  StoppedClock clock;
  SessionRefusals refusals{clock};
  Endpoint session{.session_id = "s", .message_id = "m"};
  Endpoint other{.session_id = "s", .message_id = "n"};
};

TEST_F(Refusals, AreKnownOfTheSessionThatWasRefusedAndOfNoOther) {
  refusals.note_failure(session, ErrorCode::stale_session_ids);
  ASSERT_NE(refusals.find(session), nullptr);
  EXPECT_EQ(refusals.find(session)->why, ErrorCode::stale_session_ids);
  EXPECT_EQ(refusals.find(session)->when, clock.wall_now());
  EXPECT_EQ(refusals.find(other), nullptr);
}

TEST_F(Refusals, AreForgottenWhenTheSiteAnswers) {
  refusals.note_failure(session, ErrorCode::foreign_session);
  refusals.note_answer(other);
  EXPECT_NE(refusals.find(session), nullptr);
  refusals.note_answer(session);
  EXPECT_EQ(refusals.find(session), nullptr);
}

TEST_F(Refusals, HaveNothingToDoWithFailuresOfOtherKinds) {
  refusals.note_failure(session, ErrorCode::stale_session_ids);
  for (const auto why :
       {ErrorCode::rate_limited, ErrorCode::page_gone, ErrorCode::site_unavailable}) {
    refusals.note_failure(other, why);
    refusals.note_failure(session, why);
  }
  EXPECT_EQ(refusals.find(other), nullptr);
  EXPECT_EQ(refusals.find(session)->why, ErrorCode::stale_session_ids);
}

TEST_F(Refusals, TakeNoMoreMemoryThanSoMuch) {
  for (std::size_t i = 0; i <= SessionRefusals::most; ++i) {
    refusals.note_failure({.session_id = std::to_string(i), .message_id = "m"},
                          ErrorCode::stale_session_ids);
  }
  EXPECT_EQ(refusals.find({.session_id = "0", .message_id = "m"}), nullptr);
  EXPECT_NE(refusals.find({.session_id = std::to_string(SessionRefusals::most), .message_id = "m"}),
            nullptr);
}

}  // namespace
}  // namespace lmbridge::arena
