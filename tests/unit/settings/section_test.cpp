#include "settings/section.hpp"

#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class ConfigSection : public testing::Test {
 protected:
  /// Reads `text` with `reader`; what there is to say lands in errors and warnings.
  void read(std::string_view text, const std::function<void(Section&)>& reader) {
    Diagnostics diagnostics("c.jsonc", text);
    const auto root = parse_jsonc(text);
    test::require(root.has_value(), "the text must be JSONC");
    {
      Section section(&*root, "", diagnostics);
      reader(section);
    }
    errors = diagnostics.errors();
    warnings = diagnostics.warnings();
  }

  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

TEST_F(ConfigSection, SaysWhereAWrongValueStandsWhatItIsAndWhatIsAllowed) {
  bool flag = true;
  read("{\n  // 中文\n  /* 注释 */ \"flag\": \"yes\"\n}",
       [&](Section& section) { section.read("flag", flag); });
  EXPECT_THAT(errors, ElementsAre("c.jsonc:3:20: flag: found \"yes\", allowed: true or false"));
  EXPECT_TRUE(flag);
}

TEST_F(ConfigSection, NamesKeysOfInnerObjectsByTheirPath) {
  std::size_t number = 1;
  read(R"({"a":{"b":{"n":1.5,"other":1}}})", [&](Section& section) {
    auto a = section.section("a");
    auto b = a.section("b");
    b.read("n", number, 2, 10);
  });
  EXPECT_THAT(errors,
              ElementsAre("c.jsonc:1:16: a.b.n: found 1.5, allowed: a whole number from 2 to 10"));
  EXPECT_THAT(warnings, ElementsAre("c.jsonc:1:20: unknown key a.b.other; it has no effect"));
}

TEST_F(ConfigSection, WarnsOfEveryUnknownKeyOnceWithItsPlace) {
  std::string known;
  read("{\n \"known\": \"k\",\n \"newer\": {\"a\": {\"b\": 1}},\n \"x\": 2\n}",
       [&](Section& section) { section.read("known", known); });
  EXPECT_THAT(errors, IsEmpty());
  EXPECT_THAT(warnings, ElementsAre("c.jsonc:3:2: unknown key newer; it has no effect",
                                    "c.jsonc:4:2: unknown key x; it has no effect"));
}

TEST_F(ConfigSection, TakesTheLastOfDuplicatesAndWarns) {
  std::string text;
  read("{\"k\":\"first\",\n\"k\":\"last\"}", [&](Section& section) { section.read("k", text); });
  EXPECT_EQ(text, "last");
  EXPECT_THAT(warnings, ElementsAre("c.jsonc:2:1: k stands there twice; this one counts"));
}

TEST_F(ConfigSection, WhatIsNoObjectIsRefusedOnceAndReadsAsEmpty) {
  std::string text = "default";
  read(R"({"inner":[1,2]})", [&](Section& section) {
    auto inner = section.section("inner");
    inner.read("text", text);
    EXPECT_FALSE(inner.has("text"));
  });
  EXPECT_EQ(text, "default");
  EXPECT_THAT(errors, ElementsAre("c.jsonc:1:10: inner: found [1,2], allowed: an object {...}"));
  EXPECT_THAT(warnings, IsEmpty());
  read("[]", [](Section&) {});
  EXPECT_THAT(
      errors,
      ElementsAre("c.jsonc:1:1: the file: found an array (not shown), allowed: an object {...}"));
}

TEST_F(ConfigSection, AnAbsentSectionLeavesEverythingAlone) {
  std::string text = "default";
  read("{}", [&](Section& section) { section.section("inner").read("text", text); });
  EXPECT_EQ(text, "default");
  EXPECT_THAT(errors, IsEmpty());
}

TEST_F(ConfigSection, NumbersHaveLimitsAndWholeOnesNoFraction) {
  const auto number = [&](std::string_view text) {
    std::size_t value = 5;
    read(text, [&](Section& section) { section.read("n", value, 2, 10); });
    return value;
  };
  EXPECT_EQ(number(R"({"n":2})"), 2U);
  EXPECT_EQ(number(R"({"n":10})"), 10U);
  EXPECT_EQ(number(R"({"n":3.0})"), 3U);
  EXPECT_THAT(errors, IsEmpty());
  for (const auto* text : {R"({"n":1})", R"({"n":11})", R"({"n":-3})", R"({"n":2.5})",
                           R"({"n":"3"})", R"({"n":null})", R"({"n":true})", R"({"n":1e300})"}) {
    EXPECT_EQ(number(text), 5U) << text;
    EXPECT_EQ(errors.size(), 1U) << text;
  }
}

TEST_F(ConfigSection, SecondsMayHaveFractions) {
  std::chrono::milliseconds value{1};
  read(R"({"t":0.25})", [&](Section& section) { section.read("t", value, 0s, 60s); });
  EXPECT_EQ(value, 250ms);
  read(R"({"t":61})", [&](Section& section) { section.read("t", value, 0s, 60s); });
  EXPECT_EQ(value, 250ms);
  EXPECT_THAT(errors,
              ElementsAre("c.jsonc:1:6: t: found 61, allowed: a number from 0 to 60 (seconds)"));
}

TEST_F(ConfigSection, ListsPointAtTheItemThatIsWrong) {
  std::vector<std::string> list{"default"};
  read(R"({"l":["a",3]})", [&](Section& section) { section.read("l", list); });
  EXPECT_THAT(list, ElementsAre("default"));
  EXPECT_THAT(errors, ElementsAre("c.jsonc:1:11: l: found 3, allowed: an array of strings"));
  read(R"({"l":["a","b"]})", [&](Section& section) { section.read("l", list); });
  EXPECT_THAT(list, ElementsAre("a", "b"));
}

TEST_F(ConfigSection, WordsAreListedWhenNoneFits) {
  int value = 0;
  const auto words = [&](std::string_view text) {
    read(text, [&](Section& section) { section.read("w", value, {{"one", 1}, {"two", 2}}); });
  };
  words(R"({"w":"two"})");
  EXPECT_EQ(value, 2);
  words(R"({"w":"Two"})");
  EXPECT_EQ(value, 2);
  EXPECT_THAT(errors, ElementsAre("c.jsonc:1:6: w: found \"Two\", allowed: \"one\", \"two\""));
  words(R"({"w":1})");
  EXPECT_EQ(errors.size(), 1U);
}

TEST_F(ConfigSection, LongAndStrangeValuesAreShownShortAndPrintable) {
  bool flag = false;
  read("{\"f\":\"" + std::string(500, 'x') + "\"}",
       [&](Section& section) { section.read("f", flag); });
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_LT(errors[0].size(), 150U);
  EXPECT_THAT(errors[0], testing::HasSubstr("502 bytes"));
  read("{\"f\":[\n 1]}", [&](Section& section) { section.read("f", flag); });
  EXPECT_THAT(errors, ElementsAre("c.jsonc:1:6: f: found [\\n 1], allowed: true or false"));
}

}  // namespace
}  // namespace lmbridge::settings
