#include "arena/markdown_pictures.hpp"

#include "base/base64.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Taken {
  std::string text;
  std::string rest;
  std::vector<MarkdownPicture> pictures;
};

void PrintTo(const Taken& taken, std::ostream* out) {
  *out << taken.text.substr(0, 200);
}

class MarkdownPictures : public testing::TestWithParam<Taken> {};

TEST_P(MarkdownPictures, AreTakenOutOfTheText) {
  auto text = GetParam().text;
  EXPECT_EQ(take_markdown_pictures(text, {}), GetParam().pictures);
  EXPECT_EQ(text, GetParam().rest);
}

const MarkdownPicture a = {.alt = "a", .url = "https://x.example/a.png"};
const MarkdownPicture b = {.alt = "b", .url = "https://x.example/b(1).png"};
const std::string a_text = "![a](https://x.example/a.png)";
const std::string b_text = "![b](https://x.example/b(1).png)";

MarkdownPicture data(std::string_view type, std::string_view bytes) {
  return {.alt = "d",
          .url = "data:" + std::string(type) + ";base64," + base::base64_encoded(bytes)};
}

INSTANTIATE_TEST_SUITE_P(
    Forms, MarkdownPictures,
    testing::Values(Taken{a_text, "", {a}}, Taken{b_text, "", {b}},
                    Taken{"![a](https://x.example/a.png \"title (with :) \\\" marks\")", "", {a}},
                    Taken{"![a]( https://x.example/a.png\n'title' )", "", {a}},
                    Taken{"![a](<https://x.example/a.png>)", "", {a}},
                    Taken{"![a](<https://x.example/a.png> \"title\")", "", {a}},
                    Taken{"![](https://x.example/a.png)", "", {{.alt = "", .url = a.url}}},
                    Taken{"![see [1] `]`](https://x.example/a.png)",
                          "",
                          {{.alt = "see [1] `]`", .url = a.url}}},
                    Taken{"\\\\" + a_text, "\\\\", {a}}, Taken{"[" + a_text + "](u)", "[](u)", {a}},
                    Taken{"![o " + a_text + "](u)", "![o ](u)", {a}}));

INSTANTIATE_TEST_SUITE_P(
    DataLinks, MarkdownPictures,
    testing::Values(
        Taken{"![d](data:image/png;base64,QUJD)", "", {data("image/png", "ABC")}},
        Taken{"![d](data:image/png;base64,QU\n  JD\n)", "", {data("image/png", "ABC")}},
        Taken{"![d](<data:image/png;base64,QUJD>)", "", {data("image/png", "ABC")}},
        Taken{"![d](data:image/png;base64,QUJD \"title )\") x", "x", {data("image/png", "ABC")}},
        Taken{"![d](data:image/svg+xml;utf8,<svg a='rotate(45)' b=\"(\n)\"/>) x",
              "x",
              {data("image/svg+xml", "<svg a='rotate(45)' b=\"()\"/>")}},
        Taken{"![d](data:image/svg+xml,%3Csvg%20a='%29'/%3E)",
              "",
              {data("image/svg+xml", "<svg a=')'/>")}},
        Taken{"![d](<data:image/svg+xml;utf8,<svg a=')'></svg>>)",
              "",
              {data("image/svg+xml", "<svg a=')'></svg>")}}));

INSTANTIATE_TEST_SUITE_P(
    Gaps, MarkdownPictures,
    testing::Values(
        Taken{"one\n\n" + a_text + "\n\ntwo", "one\n\ntwo", {a}},
        Taken{"one\n" + a_text + "\ntwo", "one\ntwo", {a}},
        Taken{a_text + "\n\n" + b_text + "\n\n    two", "    two", {a, b}},
        Taken{"one\n\n" + a_text + "\n" + b_text, "one", {a, b}},
        Taken{"one\n\n" + a_text + "\n" + b_text + " \n \n\ntwo\n", "one\n\ntwo\n", {a, b}},
        Taken{"one " + a_text + " two", "one two", {a}},
        Taken{"one" + a_text + "two", "onetwo", {a}},
        Taken{"one " + a_text + b_text + "\ntwo", "one\ntwo", {a, b}},
        Taken{"- one\n- " + a_text + " two", "- one\n- two", {a}},
        Taken{"one\r\n\r\n" + a_text + "\r\n\r\ntwo", "one\n\ntwo", {a}},
        Taken{" \n" + a_text + " \n ", "", {a}}));

TEST(MarkdownPictures, StayWhereTheyAreNoneOrMayNotBeTaken) {
  for (const std::string text : {"",
                                 "no picture",
                                 "\\![a](https://x.example/a.png)",
                                 "\\\\\\![a](https://x.example/a.png)",
                                 "!\\[a](https://x.example/a.png)",
                                 "[a](https://x.example/a.png)",
                                 "! [a](https://x.example/a.png)",
                                 "![a] (https://x.example/a.png)",
                                 "![a][ref]",
                                 "`![a](https://x.example/a.png)`",
                                 "```\n![a](https://x.example/a.png)\n```",
                                 "~~~\n![a](https://x.example/a.png)",
                                 "![a](http://x.example/a.png)",
                                 "![a](/a.png)",
                                 "![a](ftp://x.example/a.png)",
                                 "![a](https://u:p@x.example/a.png)",
                                 "![a]()",
                                 "![a](",
                                 "![a](https://x.example/a.png",
                                 "![a](https://x.example/a.png \"open)",
                                 "![a](https://x.example/a.png words)",
                                 "![a](<https://x.example/a.png)",
                                 "![a](data:image/png;base64,QUJ!)",
                                 "![a](data:image/png;base64,QU\n\nJD)",
                                 "![a](data:image/svg+xml,<svg a='('/>)",
                                 "![a\n\nb](https://x.example/a.png)"}) {
    auto left = text;
    EXPECT_THAT(take_markdown_pictures(left, {}), IsEmpty()) << text;
    EXPECT_EQ(left, text);
  }
}

TEST(MarkdownPictures, AreFoundBehindOnesThatStay) {
  for (const std::string before :
       {"![a](/a.png) ", "![a](https://x.example/ words ", "![ ", "![a](data:image/svg+xml,( \n\n",
        "`![a](/a)` ", "```\n![a](/a)\n```\n", "\\", "![[[[ "}) {
    auto text = before + " ![a](https://x.example/a.png)";
    EXPECT_THAT(take_markdown_pictures(text, {}), ElementsAre(a)) << before;
  }
}

TEST(MarkdownPictures, MayHaveHttpLinksWhereThatIsAllowed) {
  std::string text = "x ![a](http://x.example/a.png)";
  EXPECT_EQ(take_markdown_pictures(text, {.allow_http = true}).size(), 1U);
  EXPECT_EQ(text, "x");
}

TEST(MarkdownPictures, TakeLinearTimeToFindWhateverTheTextIs) {
  constexpr std::size_t size = 1024UL * 1024;
  for (const std::string pattern : {"![",
                                    "![](",
                                    "![a](data:",
                                    "![a](data:x,",
                                    "![a](data:x;base64,",
                                    "![a](<data:x,",
                                    "![a](https:",
                                    "![](https:(",
                                    "![](https:x)",
                                    "](",
                                    "[](",
                                    "![a](https://x.example/ \"",
                                    "![a](https://x.example/ '\"",
                                    "\\",
                                    "![]",
                                    "![`",
                                    "![a](https://x.example/a)",
                                    "\n ![a](https://x.example/a) ",
                                    " ![a](https://x.example/a) b",
                                    "![a](data:x;base64,\n",
                                    "![a](<",
                                    "![a](\n",
                                    "[",
                                    "]",
                                    "((((",
                                    "![a](data:x,("}) {
    std::string text;
    while (text.size() < size) text += pattern;
    for (const std::string end : {"", ")", "))))))"}) {
      auto whole = text + end;
      const auto begin = std::chrono::steady_clock::now();
      take_markdown_pictures(whole, {});
      const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
      // Quadratic time would be minutes; sanitizers are slow.
      EXPECT_LT(time.count(), 5) << pattern << " ... " << end;
    }
  }
}

}  // namespace
}  // namespace lmbridge::arena
