#include "openai/usage.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::openai {
namespace {

std::uint64_t tokens(std::string_view text) {
  TokenEstimate estimate;
  estimate.add_text(text);
  return estimate.tokens();
}

struct Sample {
  std::string text;
  /// What OpenAI's cl100k_base and o200k_base make of it, as a range.
  std::uint64_t fewest;
  std::uint64_t most;
};

TEST(TokenEstimate, IsWithinAThirdOnShortTexts) {
  const std::vector<Sample> samples = {
      {"The quick brown fox jumps over the lazy dog.", 10, 10},
      {"It was the best of times, it was the worst of times, it was the age of wisdom.", 20, 21},
      {"\xe4\xbb\x8a\xe5\xa4\xa9\xe5\xa4\xa9\xe6\xb0\x94\xe5\xbe\x88\xe5\xa5\xbd\xe3\x80\x82", 5,
       9},
      {"for (int i = 0; i < 10; ++i) {\n    total += values[i];\n}\n", 22, 27},
      {"1234567890", 4, 4},
      {"\n\n", 1, 1}};
  for (const auto& sample : samples) {
    EXPECT_GE(tokens(sample.text) * 3, sample.fewest * 2) << sample.text;
    EXPECT_LE(tokens(sample.text) * 3, sample.most * 4) << sample.text;
  }
}

TEST(TokenEstimate, IsNothingForNothingAndSmallForBlanks) {
  EXPECT_EQ(tokens(""), 0U);
  EXPECT_EQ(tokens(" "), 0U);
  EXPECT_EQ(tokens("a"), 1U);
  EXPECT_EQ(tokens("\n        x"), 3U);
  EXPECT_EQ(tokens("----"), 1U);
  EXPECT_EQ(tokens(std::string(1000, '-')), 1U);
  EXPECT_EQ(tokens("\xf0\x9f\x98\x80"), 2U);
}

TEST(TokenEstimate, FollowsTheWaysOfProgramCode) {
  EXPECT_EQ(tokens("x"), 1U);
  EXPECT_EQ(tokens("parseChatRequest"), 3U) << "a capital begins a word";
  EXPECT_EQ(tokens("HTTP"), 1U);
  EXPECT_EQ(tokens("x.y"), 2U) << "the mark belongs to the word";
  EXPECT_EQ(tokens("x->y"), 3U);
  EXPECT_EQ(tokens("f();\n"), 2U) << "the line break belongs to the marks";
  EXPECT_EQ(tokens("x\n\n\ny"), 3U);
  EXPECT_EQ(tokens("x 12345"), 4U) << "the blank, 123, 45";
}

TEST(TokenEstimate, CountsFractionsOfCharacters) {
  std::string chinese;
  std::string kana;
  for (int i = 0; i < 100; ++i) {
    chinese += "\xe4\xb8\xad";
    kana += "\xe3\x81\x82";
  }
  EXPECT_EQ(tokens(chinese), 85U);
  EXPECT_EQ(tokens(kana), 75U);
  EXPECT_EQ(tokens("\xe4\xb8\xad"), 1U);
}

TEST(TokenEstimate, DoesNotDependOnHowTheTextWasCut) {
  const std::string text =
      "A longer sentence, internationalizationOf 1234567 -- ===== a.b(c);\n\n  x\xd0\x9f\xd1\x80";
  TokenEstimate whole;
  whole.add_text(text);
  TokenEstimate pieces;
  const auto ascii = text.size() - 4;
  for (std::size_t i = 0; i < ascii; ++i) pieces.add_text(std::string_view(text).substr(i, 1));
  pieces.add_text(std::string_view(text).substr(ascii));
  EXPECT_EQ(pieces.tokens(), whole.tokens());
}

TEST(TokenEstimate, CountsLiteralsAsWhatTheyStandFor) {
  for (const std::string literal :
       {R"("")", R"("plain words")", R"("line\nbreak \"q\" \\ \/ \t end")",
        R"("\u4e2d\u6587 \ud83d\ude00 \u0041bc")", "\"\xe4\xb8\xad\"", R"("\u041f\u0440")"}) {
    TokenEstimate of_literal;
    of_literal.add_literal(literal);
    EXPECT_EQ(of_literal.tokens(), tokens(boost::json::parse(literal).as_string())) << literal;
  }
}

TEST(TokenEstimate, SurvivesBytesThatAreNoUtf8) {
  EXPECT_GT(tokens("\xff\xfe\xc3"), 0U);
}

TEST(PromptTokens, CountMessagesAndWhatSurroundsThem) {
  EXPECT_EQ(estimate_prompt_tokens({}), 3U);
  const std::vector<ChatMessage> messages = {{.content = "one two"}, {.content = ""}};
  EXPECT_EQ(estimate_prompt_tokens(messages), 3U + 2 * 4 + 2);
}

TEST(Usage, TellsWhatWasSpentOnThinkingWhereThereWasAny) {
  std::string out;
  append_usage(out, {.prompt_tokens = 1, .completion_tokens = 5, .reasoning_tokens = 3});
  EXPECT_EQ(out, R"({"prompt_tokens":1,"completion_tokens":5,"total_tokens":6,)"
                 R"("completion_tokens_details":{"reasoning_tokens":3}})");
}

}  // namespace
}  // namespace lmbridge::openai
