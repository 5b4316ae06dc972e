#include "arena/code_regions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

/// The text with everything that is code as "C".
std::string without_code(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (const auto& region : find_code(text)) {
    out += text.substr(copied, region.begin - copied);
    out += 'C';
    copied = region.end;
  }
  return out + std::string(text.substr(copied));
}

struct Case {
  std::string text;
  std::string without;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.text;
}

class CodeRegions : public testing::TestWithParam<Case> {};

TEST_P(CodeRegions, AreFoundAsMarkdownHasThem) {
  EXPECT_EQ(without_code(GetParam().text), GetParam().without);
}

INSTANTIATE_TEST_SUITE_P(
    Spans, CodeRegions,
    testing::Values(Case{"no code", "no code"}, Case{"a `b` c `d`", "a C c C"},
                    Case{"``a ` b`` c", "C c"}, Case{"`a`` b", "`a`` b"}, Case{"`a``b`", "C"},
                    Case{"\\`a `b`", "\\`a C"}, Case{"`a\\` b", "C b"}, Case{"\\\\`a`", "\\\\C"},
                    Case{"`over\nlines`", "C"},
                    Case{"`not over\n\nparagraphs`", "`not over\n\nparagraphs`"}));

INSTANTIATE_TEST_SUITE_P(
    Blocks, CodeRegions,
    testing::Values(Case{"a\n```\nb\n```\nc", "a\nC\nc"}, Case{"~~~ js\nb\n~~~\nc", "C\nc"},
                    Case{"```\nb\n~~~\nc\n```", "C"}, Case{"````\n```\n````\nc", "C\nc"},
                    Case{"```\nb\n``` js\n```` \nc", "C \nc"},
                    Case{"```\r\nb\r\n```\r\nc", "C\r\nc"},
                    Case{"- item\n    ```\n    b\n    ```\nc", "- item\n    C\nc"},
                    Case{"> ```\n> b\n> ```\nc", "> C\nc"}, Case{"```\nb\n\nnever closed `x", "C"},
                    Case{"```a```\nb", "C\nb"}, Case{"`x\n```\n`\n```\ny`", "`x\nC\ny`"}));

TEST(CodeRegions, SayWhereABlockIsNeverClosed) {
  EXPECT_THAT(find_code("a\n~~~\nb"),
              testing::ElementsAre(CodeRegion{.begin = 2, .end = 7, .open_ended = true}));
}

TEST(CodeRegions, TakeLinearTimeToFind) {
  // Quadratic time would be minutes.
  constexpr std::size_t size = 1024UL * 1024;
  for (const std::string pattern :
       {"`", "`a", "a`\n\n", "``` `\n", "`a``b```c", "\\`", "~", "a\n\n", "```\n", "> "}) {
    std::string text;
    while (text.size() < size) text += pattern;
    EXPECT_LE(find_code(text + "~").size(), text.size());
  }
  std::string growing;
  for (std::size_t length = 1; growing.size() < size; ++length) {
    growing += std::string(length, '`') + 'a';
  }
  EXPECT_TRUE(find_code("x" + growing).empty());
}

TEST(CodeCursor, KnowsTheRegionOfEachPosition) {
  const auto code = find_code("a `b` c");
  CodeCursor cursor(code);
  EXPECT_EQ(cursor.at(1), nullptr);
  EXPECT_EQ(cursor.at(2), code.data());
  EXPECT_EQ(cursor.at(4), code.data());
  EXPECT_EQ(cursor.at(5), nullptr);
}

}  // namespace
}  // namespace lmbridge::arena
