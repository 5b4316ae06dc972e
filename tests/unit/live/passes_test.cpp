#include "live/passes.hpp"

#include "live/secret.hpp"

#include <gmock/gmock.h>

#include <set>

namespace lmbridge::live {
namespace {

using namespace std::chrono_literals;

class PassesForViewers : public testing::Test {
 protected:
  static constexpr Passes::TimePoint start{};
  Passes passes;
};

TEST(Secrets, AreLongAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto secret = make_secret();
    EXPECT_EQ(secret.size(), 43U);
    EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_"),
              std::string::npos);
    EXPECT_TRUE(seen.insert(secret).second);
  }
}

TEST(Secrets, AreComparedByAllOfTheirHashes) {
  auto other = base::sha256("a");
  EXPECT_TRUE(is_same(other, base::sha256("a")));
  other.back() ^= 1U;
  EXPECT_FALSE(is_same(other, base::sha256("a")));
}

TEST_F(PassesForViewers, LetInOnceWithATokenAndAgainWithAnotherSecret) {
  const auto token = passes.issue(1, start + 10min);
  const auto entry = passes.enter(token, start + 9min);
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->id, 1U);
  EXPECT_NE(entry->resume, token);
  EXPECT_EQ(passes.enter(token, start + 9min).error(), Refusal::used);
  EXPECT_EQ(passes.resume(entry->resume), 1U);
  EXPECT_EQ(passes.resume(entry->resume), 1U) << "as often as the connection breaks";
  EXPECT_EQ(passes.resume(token).error(), Refusal::wrong);
  EXPECT_EQ(passes.enter(entry->resume, start).error(), Refusal::wrong);
}

TEST_F(PassesForViewers, LetNobodyInByGuessing) {
  const auto token = passes.issue(1, start + 10min);
  for (const auto& guess : {std::string(), std::string("x"), token.substr(1), token + "A"}) {
    EXPECT_EQ(passes.enter(guess, start).error(), Refusal::wrong);
    EXPECT_EQ(passes.resume(guess).error(), Refusal::wrong);
  }
  EXPECT_EQ(passes.resume(std::string(32, '\0')).error(), Refusal::wrong);
}

TEST_F(PassesForViewers, ExpireAtTheirTime) {
  const auto token = passes.issue(1, start + 10min);
  EXPECT_EQ(passes.enter(token, start + 10min).error(), Refusal::expired);
}

TEST_F(PassesForViewers, GoToWhoCameWithTheNewestToken) {
  const auto first = passes.enter(passes.issue(1, start + 1min), start);
  const auto second = passes.enter(passes.issue(2, start + 1min), start);
  EXPECT_EQ(passes.resume(first->resume).error(), Refusal::replaced);
  EXPECT_EQ(passes.resume(second->resume), 2U);
}

TEST_F(PassesForViewers, AreWithdrawnWithTheirInvitationWhichIsRememberedForAWhile) {
  const auto used = passes.issue(1, start + 1min);
  const auto entry = passes.enter(used, start);
  const auto unused = passes.issue(2, start + 1min);
  passes.withdraw(1);
  passes.withdraw(2);
  passes.withdraw(3);
  EXPECT_TRUE(passes.empty());
  EXPECT_EQ(passes.resume(entry->resume).error(), Refusal::wrong);
  EXPECT_EQ(passes.enter(used, start).error(), Refusal::used);
  EXPECT_EQ(passes.enter(unused, start).error(), Refusal::expired);
  for (InvitationId id = 10; id < 100; ++id) {
    passes.issue(id, start);
    passes.withdraw(id);
  }
  EXPECT_EQ(passes.enter(used, start).error(), Refusal::wrong);
}

}  // namespace
}  // namespace lmbridge::live
