#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view presets = R"("bypass_injection":{"active_preset":"think","presets":{
    "default":{"role":"user","content":" ","participantPosition":"a"},
    "think":{"role":"assistant","content":"<think>","participantPosition":"b"}},
    "custom":{"role":"system","content":"own"}})";

arena::Injection injection(const std::string& config) {
  const auto loaded = parse('{' + config + '}');
  EXPECT_THAT(loaded.errors, IsEmpty()) << config;
  EXPECT_THAT(loaded.warnings, IsEmpty()) << config;
  return loaded.settings.shaping.injection;
}

struct Types {
  std::string config;
  /// Of t, s and i those for which a message is injected.
  std::string injected;
};

void PrintTo(const Types& types, std::ostream* out) {
  *out << types.config;
}

class InjectionTypes : public testing::TestWithParam<Types> {};

TEST_P(InjectionTypes, FollowTheMasterSwitchAndThenTheSettings) {
  const auto injected = injection(GetParam().config + ',' + std::string(presets));
  std::string types;
  if (injected.text) types += 't';
  if (injected.search) types += 's';
  if (injected.image) types += 'i';
  EXPECT_EQ(types, GetParam().injected);
}

INSTANTIATE_TEST_SUITE_P(
    Each, InjectionTypes,
    testing::Values(
        Types{R"("version":"1")", ""}, Types{R"("bypass_settings":{"text":true})", ""},
        Types{R"("bypass_enabled":false)", ""},
        Types{R"("bypass_enabled":false,"bypass_settings":{"text":true,"search":true})", ""},
        Types{R"("bypass_enabled":true)", "t"},
        Types{R"("bypass_enabled":true,"bypass_settings":{})", ""},
        Types{R"("bypass_enabled":true,"bypass_settings":{"search":true})", "s"},
        Types{R"("bypass_enabled":true,"bypass_settings":{"text":true,"image":false})", "t"},
        Types{R"("bypass_enabled":true,"bypass_settings":{"text":false})", ""},
        Types{R"("bypass_enabled":true,"bypass_settings":{"text":true,"search":true,"image":true})",
              "tsi"}));

TEST(InjectedMessage, IsTheActivePreset) {
  EXPECT_EQ(
      injection("\"bypass_enabled\":true," + std::string(presets)).message,
      (arena::Message{
          .role = arena::Role::assistant, .content = "<think>", .participant_position = 'b'}));
}

TEST(InjectedMessage, IsTheCustomOneWhereThePresetIsMissing) {
  EXPECT_EQ(injection(R"("bypass_enabled":true,"bypass_injection":{"active_preset":"2",
                "presets":{"1":{"content":"."}},"custom":{"role":"system","content":"own"}})")
                .message,
            (arena::Message{.role = arena::Role::system, .content = "own"}));
}

TEST(InjectedMessage, IsThePresetCalledDefaultWhereNoneIsNamed) {
  EXPECT_EQ(injection(R"("bypass_enabled":true,"bypass_injection":{
                "presets":{"default":{"content":"d"}},"custom":{"content":"own"}})")
                .message.content,
            "d");
}

TEST(InjectedMessage, IsASpaceOfTheUserUnlessItSaysOtherwise) {
  EXPECT_EQ(injection(R"("bypass_enabled":true,"bypass_injection":{"custom":{}})").message,
            (arena::Message{.role = arena::Role::user, .content = " "}));
}

TEST(InjectedMessage, ThatIsNowhereIsWarnedAboutAndNothingIsInjected) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"bypass_enabled":true})", "config.jsonc:1:19: "},
      {R"({"bypass_enabled":true,"bypass_injection":{"active_preset":"thinking"}})",
       "config.jsonc:1:43: "},
  };
  for (const auto& [text, place] : cases) {
    const auto loaded = parse(text);
    EXPECT_THAT(loaded.errors, IsEmpty()) << text;
    EXPECT_THAT(loaded.warnings, ElementsAre(testing::AllOf(testing::StartsWith(place),
                                                            HasSubstr("nothing is injected"))));
    EXPECT_EQ(loaded.settings.shaping.injection, arena::Injection()) << text;
  }
}

TEST(InjectedMessage, IsCheckedEvenWhereItIsNotUsed) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "bypass_injection: found [], allowed: an object"},
      {R"({"active_preset":1})", "bypass_injection.active_preset: found 1"},
      {R"({"presets":[]})", "bypass_injection.presets: found []"},
      {R"({"presets":{"x":"y"}})", "bypass_injection.presets.x: found \"y\""},
      {R"({"presets":{"x":{"role":"tool"}}})",
       "presets.x.role: found \"tool\", allowed: \"system\""},
      {R"({"custom":{"content":1}})", "custom.content: found 1, allowed: a string"},
      {R"({"custom":{"participantPosition":"c"}})", "found \"c\", allowed: \"a\", \"b\""},
  };
  for (const auto& [value, error] : cases) {
    EXPECT_THAT(parse(std::string(R"({"bypass_injection":)") + value + '}').errors,
                ElementsAre(HasSubstr(error)));
  }
}

}  // namespace
}  // namespace lmbridge::settings
