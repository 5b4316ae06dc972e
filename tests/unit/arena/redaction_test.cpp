#include "arena/redaction.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {
namespace {

TEST(Redaction, DropsMarkupAndWhatMayBeSecret) {
  EXPECT_EQ(redacted_excerpt("<p class='x'>Hello,\n\n <b>world</b>!</p>"), "Hello, world !");
  EXPECT_EQ(redacted_excerpt("mail me@example.com now"), "mail [redacted] now");
  EXPECT_EQ(redacted_excerpt("id c6341952-952d-4a5a-86ab-61e407667a75."), "id [redacted]");
  EXPECT_EQ(redacted_excerpt("token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx"), "[redacted]");
  EXPECT_EQ(redacted_excerpt("a < b and 1 <2"), "a < b and 1 <2");
  EXPECT_EQ(redacted_excerpt("internationalization-of-things"), "internationalization-of-things");
}

TEST(Redaction, KeepsOnePrintableLineOfBoundedLength) {
  EXPECT_EQ(redacted_excerpt("a\x01\xff z"), "a\\x01\\xff z");
  const auto excerpt = redacted_excerpt(std::string(100'000, 'w') + "<", 50);
  EXPECT_LT(excerpt.size(), 80U);
  std::string text;
  while (text.size() < 10'000) text += "\xe4\xb8\xad ";
  EXPECT_TRUE(base::is_valid_utf8(redacted_excerpt(text)));
}

using Prompts = std::vector<std::string_view>;

TEST(QuotedPrompts, AreTakenOutHoweverTheirBlanksAre) {
  const Prompts prompts = {"Tell me about   my\nsecret garden, please", "short"};
  EXPECT_EQ(without_quotes_from("refused \"me about my secret garden\" (short)", prompts),
            "refused \"[prompt]\" (short)");
}

TEST(QuotedPrompts, OfACommonPhraseLeaveTheRest) {
  EXPECT_EQ(without_quotes_from("the site failed", Prompts{"something else altogether"}),
            "the site failed");
  EXPECT_EQ(without_quotes_from("the site failed", Prompts{}), "the site failed");
}

TEST(QuotedPrompts, AreFoundInLongOnesInAMoment) {
  std::string prompt(32UL * 1024 * 1024, 'x');
  prompt += " and here is the needle";
  const std::string text = std::string(2000, 'y') + "here is the needle";
  const auto begun = std::chrono::steady_clock::now();
  const auto clean = without_quotes_from(text, Prompts{prompt});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  EXPECT_TRUE(clean.ends_with("y[prompt]")) << clean;
}

}  // namespace
}  // namespace lmbridge::arena
