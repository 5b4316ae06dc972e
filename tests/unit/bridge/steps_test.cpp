#include "bridge/steps.hpp"

#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

template <class Command>
Command only(std::string_view text) {
  auto steps = test::must(parse_steps("s.jsonc", "[" + std::string(text) + "]"));
  test::require(steps.size() == 1, "one step");
  return std::get<Command>(steps.front().command);
}

std::string problem(std::string_view text) {
  const auto steps = parse_steps("s.jsonc", text);
  return steps ? "" : steps.error().message;
}

TEST(Steps, EveryCommandCanBeWrittenDown) {
  using namespace page_command;
  EXPECT_EQ(only<Goto>(R"({"goto":{"url":"/x"}})").url, "/x");
  (void)only<Reload>(R"({"reload":{}})");
  EXPECT_EQ(only<Click>(R"({"click":{"text":"Retry","nth":2}})").target,
            (ElementTarget{.text = "Retry", .nth = 2}));
  const auto type = only<Type>(R"({"type":{"selector":"#t","text":"hello","replace":true}})");
  EXPECT_EQ(type.target.selector, "#t");
  EXPECT_EQ(type.text, "hello");
  EXPECT_TRUE(type.replaces);
  EXPECT_EQ(only<Type>(R"({"type":{"label":"Message","text":"x"}})").target.text, "Message");
  EXPECT_EQ(only<Press>(R"({"press":{"key":"Control+Enter"}})").key, "Control+Enter");
  EXPECT_EQ(only<Wait>(R"({"wait":{"text":"a","state":"gone"}})").state, Awaited::gone);
  EXPECT_EQ(only<Wait>(R"({"wait":{"url":"/c/"}})").url, "/c/");
  EXPECT_FALSE(only<Text>(R"({"text":{}})").target.is_set());
  EXPECT_EQ(only<Html>(R"({"html":{"selector":"p"}})").target.selector, "p");
  EXPECT_TRUE(only<Screenshot>(R"({"screenshot":{"whole_page":true}})").whole_page);
  EXPECT_EQ(only<Eval>(R"({"eval":{"expression":"1+1"}})").expression, "1+1");
}

TEST(Steps, KnowTheirPlaceAndTheirTimeout) {
  const auto steps = test::must(parse_steps("s.jsonc", R"([
    // comments are allowed
    {"reload": {}},
    {"click": {"text": "x"}, "timeout_seconds": 1.5},
  ])"));
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].place, "s.jsonc:3: reload");
  EXPECT_EQ(steps[0].timeout, std::chrono::seconds(30));
  EXPECT_EQ(steps[1].place, "s.jsonc:4: click");
  EXPECT_EQ(steps[1].timeout, std::chrono::milliseconds(1500));
}

TEST(Steps, EveryMistakeIsNamedWithItsPlace) {
  EXPECT_THAT(problem("{}"), StartsWith("s.jsonc:1:1: found an object, allowed: an array"));
  EXPECT_THAT(problem("[{]"), StartsWith("s.jsonc:1:3: "));
  EXPECT_THAT(problem("[1]"), HasSubstr("s.jsonc:1:2: step 1: found 1"));
  EXPECT_THAT(problem("[{}]"), AllOf(HasSubstr("step 1: a step has exactly one of goto, reload"),
                                     StartsWith("s.jsonc:1:2")));
  EXPECT_THAT(problem(R"([{"click":{"text":"a"},"reload":{}}])"), HasSubstr("exactly one of"));
  EXPECT_THAT(problem(R"([{"clik":{"text":"a"}}])"), HasSubstr("exactly one of"));
  EXPECT_THAT(problem(R"([{"reload":{}},{"click":{}}])"), HasSubstr("step 2.click"));
  EXPECT_THAT(problem(R"([{"click":{"text":"a","selector":"b"}}])"),
              HasSubstr("step 1.click.text"));
  EXPECT_THAT(problem(R"([{"click":{"text":"a","color":"b"}}])"), HasSubstr("color"));
  EXPECT_THAT(problem(R"([{"press":{"key":"enter"}}])"), HasSubstr("step 1.press.key"));
  EXPECT_THAT(problem(R"([{"goto":{"url":7}}])"), HasSubstr("step 1.goto.url: found 7"));
  EXPECT_THAT(problem(R"([{"wait":{}}])"), HasSubstr("step 1.wait"));
  EXPECT_THAT(problem(R"([{"wait":{"url":"a","text":"b"}}])"), HasSubstr("step 1.wait.url"));
  EXPECT_THAT(problem(R"([{"reload":{},"timeout_seconds":-1}])"), HasSubstr("timeout_seconds"));
}

TEST(Steps, OneAloneIsReadInTheSameWay) {
  const auto step = test::must(parse_step(R"({"press":{"key":"Enter"},"timeout_seconds":2})"));
  EXPECT_EQ(std::get<page_command::Press>(step.command).key, "Enter");
  EXPECT_EQ(test::code_of(parse_step("[]")), ErrorCode::invalid_configuration);
  EXPECT_EQ(test::code_of(parse_step("nonsense")), ErrorCode::invalid_configuration);
}

TEST(Steps, TheShippedRecipesAreRight) {
  for (const auto* name : {"direct.jsonc", "battle.jsonc"}) {
    const auto steps = load_steps(std::filesystem::path(SHIPPED) / "steps" / name);
    EXPECT_TRUE(steps) << (steps ? "" : steps.error().message);
  }
  EXPECT_EQ(test::code_of(load_steps("/nowhere/steps.jsonc")), ErrorCode::invalid_configuration);
}

}  // namespace
}  // namespace lmbridge::bridge
