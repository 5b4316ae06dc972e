#include "openai/output_limit.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::openai {
namespace {

using Pieces = std::vector<std::string>;

struct Outcome {
  std::string text;
  std::optional<FinishReason> reached;
  bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << '"' << outcome.text << "\" " << (outcome.reached ? name(*outcome.reached) : "whole");
}

Outcome run(OutputLimit limit, const Pieces& pieces) {
  Outcome outcome;
  for (const auto& piece : pieces) outcome.text += limit.take(piece);
  outcome.text += limit.rest();
  outcome.reached = limit.reached();
  return outcome;
}

Outcome stopped(const Pieces& pieces, std::vector<std::string> stop) {
  return run(OutputLimit(std::nullopt, std::move(stop)), pieces);
}

const Outcome whole_abc{.text = "abc", .reached = std::nullopt};

TEST(StopSequences, CutTheTextInFrontOfThem) {
  EXPECT_EQ(stopped({"one STOP two"}, {"STOP"}), (Outcome{"one ", FinishReason::stop}));
  EXPECT_EQ(stopped({"STOP"}, {"STOP"}), (Outcome{"", FinishReason::stop}));
}

TEST(StopSequences, AreFoundHoweverThePiecesCutThem) {
  const std::string text = "a 中文 ST STO STOP b";
  for (std::size_t first = 0; first < text.size(); ++first) {
    for (std::size_t second = first; second < text.size(); ++second) {
      const Pieces pieces = {text.substr(0, first), text.substr(first, second - first),
                             text.substr(second)};
      EXPECT_EQ(stopped(pieces, {"STOP"}), (Outcome{"a 中文 ST STO ", FinishReason::stop}));
    }
  }
}

TEST(StopSequences, HoldBackNoMoreThanWhatMayBeOne) {
  OutputLimit limit(std::nullopt, {"\n\nUser:"});
  EXPECT_EQ(limit.take("hello\n"), "hello");
  EXPECT_EQ(limit.take("\nUs"), "");
  EXPECT_EQ(limit.take("eful"), "\n\nUseful");
  EXPECT_EQ(limit.take(" end\n"), " end");
  EXPECT_EQ(limit.rest(), "\n");
  EXPECT_EQ(limit.reached(), std::nullopt);
}

TEST(StopSequences, TheOneThatComesFirstInTheTextCounts) {
  EXPECT_EQ(stopped({"a1b2c"}, {"2", "1"}), (Outcome{"a", FinishReason::stop}));
  EXPECT_EQ(stopped({"xaab"}, {"aab", "ab"}), (Outcome{"x", FinishReason::stop}));
}

TEST(StopSequences, ThatOverlapThemselvesAreFound) {
  EXPECT_EQ(stopped({"aa", "aab"}, {"aab"}), (Outcome{"aa", FinishReason::stop}));
  EXPECT_EQ(stopped({"abab", "ac"}, {"abac"}), (Outcome{"ab", FinishReason::stop}));
}

TEST(StopSequences, ThatDoNotComeLoseNothing) {
  EXPECT_EQ(stopped({"a", "b", "c"}, {"cd", "abx"}), whole_abc);
}

TEST(StopSequences, LetNothingThroughOnceOneHasCome) {
  OutputLimit limit(std::nullopt, {"X"});
  EXPECT_EQ(limit.take("aXb"), "a");
  EXPECT_EQ(limit.take("more"), "");
  EXPECT_EQ(limit.rest(), "");
}

TEST(MaxTokens, LeaveAnAnswerThatFitsWhole) {
  EXPECT_EQ(run(OutputLimit(1, {}), {"a", "b", "c"}), whole_abc);
}

TEST(MaxTokens, CutWhereTheNextTokenWouldBegin) {
  const auto outcome = run(OutputLimit(2, {}), {"one two", " three four"});
  EXPECT_EQ(outcome.reached, FinishReason::length);
  EXPECT_EQ(outcome.text, "one two ");
}

TEST(MaxTokens, NeverCutInsideACharacter) {
  const auto outcome = run(OutputLimit(3, {}), {"中文中文中文"});
  EXPECT_EQ(outcome.reached, FinishReason::length);
  EXPECT_EQ(outcome.text.size() % 3, 0U);
  EXPECT_LT(outcome.text.size(), 18U);
}

TEST(MaxTokens, DoNotDependOnHowTheTextIsCut) {
  const std::string text = "Several words, 12345 numbers; and_code(like, this) {}\n\n  indented";
  const auto at_once = run(OutputLimit(9, {}), {text});
  Pieces letters;
  for (const char letter : text) letters.emplace_back(1, letter);
  EXPECT_EQ(run(OutputLimit(9, {}), letters), at_once);
  EXPECT_EQ(at_once.reached, FinishReason::length);
}

TEST(MaxTokens, WinOverAStopSequenceBehindTheCut) {
  EXPECT_EQ(run(OutputLimit(1, {"STOP"}), {"one two STOP"}).reached, FinishReason::length);
  EXPECT_EQ(run(OutputLimit(9, {"STOP"}), {"one two STOP"}).reached, FinishReason::stop);
}

TEST(MaxTokens, CountTextThatWasHeldBack) {
  const auto outcome = run(OutputLimit(1, {" two!"}), {"one", " two"});
  EXPECT_EQ(outcome.reached, FinishReason::length);
  EXPECT_EQ(outcome.text, "one ");
}

TEST(Limits, ThatNobodyAskedForAreNotActive) {
  EXPECT_FALSE(OutputLimit(std::nullopt, {}).is_active());
  EXPECT_TRUE(OutputLimit(1, {}).is_active());
  EXPECT_TRUE(OutputLimit(std::nullopt, {"x"}).is_active());
}

}  // namespace
}  // namespace lmbridge::openai
