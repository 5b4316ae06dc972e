#include "openai/reasoning_output.hpp"

#include "tests/unit/openai/recording_sink.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::openai {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What the client gets of: think "a", think "b", say "x", think "c", end.
std::vector<std::string> calls_for(ReasoningForm form) {
  RecordingSink sink;
  ReasoningOutput output(form);
  output.add("\"a\"", sink);
  output.add("\"b\\n\"", sink);
  output.before_content(sink);
  sink.content_literal("\"x\"");
  output.add("\"c\"", sink);
  output.end(sink);
  return sink.calls;
}

TEST(Reasoning, ThatIsSwitchedOffGoesNowhere) {
  EXPECT_THAT(calls_for(ReasoningForm::none), ElementsAre("content:\"x\""));
}

TEST(Reasoning, IsStreamedPieceByPieceIntoItsField) {
  EXPECT_THAT(
      calls_for(ReasoningForm::field_streamed),
      ElementsAre("reasoning:\"a\"", "reasoning:\"b\\n\"", "content:\"x\"", "reasoning:\"c\""));
}

TEST(Reasoning, IsOneBlockInItsFieldInFrontOfTheContent) {
  EXPECT_THAT(calls_for(ReasoningForm::field_block),
              ElementsAre("reasoning:\"ab\\n\"", "content:\"x\"", "reasoning:\"c\""));
}

TEST(Reasoning, BetweenTagsIsClosedBeforeContentAndAtTheEnd) {
  EXPECT_THAT(calls_for(ReasoningForm::think_tag),
              ElementsAre("content:\"<think>ab\\n</think>\\n\\n\"", "content:\"x\"",
                          "content:\"\\n\\n<think>c</think>\""));
}

TEST(Reasoning, ThatThereIsNoneOfLeavesNoEmptyTags) {
  RecordingSink sink;
  ReasoningOutput output(ReasoningForm::think_tag);
  output.end(sink);
  EXPECT_THAT(sink.calls, IsEmpty());
}

TEST(Reasoning, ThatIsVeryLongGoesOnInPartsWithinOnePairOfTags) {
  RecordingSink sink;
  ReasoningOutput output(ReasoningForm::think_tag);
  const std::string piece = '"' + std::string(300'000, 'r') + '"';
  for (int i = 0; i < 10; ++i) output.add(piece, sink);
  output.end(sink);
  ASSERT_GT(sink.calls.size(), 1U);
  std::string all;
  for (const auto& call : sink.calls) {
    EXPECT_LE(call.size(), ReasoningOutput::buffer_limit + piece.size() + 100);
    all += call.substr(9, call.size() - 10);
  }
  EXPECT_EQ(all, "<think>" + std::string(3'000'000, 'r') + "</think>");
}

TEST(Reasoning, OfAnAnswerThatFailsIsDroppedButLeavesNoOpenTag) {
  RecordingSink sink;
  ReasoningOutput output(ReasoningForm::think_tag);
  output.add("\"a\"", sink);
  output.abandon(sink);
  EXPECT_THAT(sink.calls, IsEmpty());
  output.add('"' + std::string(ReasoningOutput::buffer_limit + 1, 'r') + '"', sink);
  ASSERT_EQ(sink.calls.size(), 1U);
  output.add("\"b\"", sink);
  output.abandon(sink);
  EXPECT_EQ(sink.calls.back(), "content:\"</think>\"");
}

}  // namespace
}  // namespace lmbridge::openai
