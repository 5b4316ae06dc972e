#include "tests/unit/settings/every_key.hpp"

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string uuid = "\"c6341952-952d-4a5a-86ab-61e407667a75\"";

INSTANTIATE_TEST_SUITE_P(
    Sessions, EveryKey,
    testing::Values(
        Key{"session_id",
            uuid,
            [](const Settings& s) { return s.default_endpoint.session_id.starts_with("c634"); },
            {"7", "null", "[]"}},
        Key{"message_id",
            uuid,
            [](const Settings& s) { return s.default_endpoint.message_id.starts_with("c634"); },
            {"7", "null", "[]"}},
        Key{"id_updater_last_mode",
            "\"battle\"",
            [](const Settings& s) { return s.default_endpoint.mode == arena::Mode::battle; },
            {"\"direct\"", "7", "null"}},
        Key{"id_updater_battle_target",
            "\"B\"",
            [](const Settings& s) { return s.default_endpoint.battle_target == 'b'; },
            {"\"C\"", "\"\"", "7"}},
        switch_key("use_default_ids_if_mapping_not_found", false,
                   [](const Settings& s) { return s.use_default_endpoint; })));

INSTANTIATE_TEST_SUITE_P(
    Conversations, EveryKey,
    testing::Values(
        switch_key("tavern_mode_enabled", true,
                   [](const Settings& s) { return s.shaping.merge_system_messages; }),
        switch_key("image_attachment_bypass_enabled", true,
                   [](const Settings& s) { return s.shaping.split_pictures; }),
        switch_key(
            "strip_reasoning_from_history", true,
            [](const Settings& s) { return s.shaping.strip_reasoning; },
            R"("reasoning_output_mode":"think_tag")"),
        switch_key(
            "bypass_enabled", true, [](const Settings& s) { return s.shaping.injection.text; },
            R"("bypass_injection":{"custom":{}})"),
        switch_key(
            "bypass_settings.text", true,
            [](const Settings& s) { return s.shaping.injection.text; },
            R"("bypass_enabled":true,"bypass_injection":{"custom":{}})"),
        switch_key(
            "bypass_settings.search", true,
            [](const Settings& s) { return s.shaping.injection.search; },
            R"("bypass_enabled":true,"bypass_injection":{"custom":{}})"),
        switch_key(
            "bypass_settings.image", true,
            [](const Settings& s) { return s.shaping.injection.image; },
            R"("bypass_enabled":true,"bypass_injection":{"custom":{}})"),
        Key{"bypass_settings",
            R"({"image":true})",
            [](const Settings& s) { return s.shaping.injection.image; },
            {"[]", "true"},
            R"("bypass_enabled":true,"bypass_injection":{"custom":{}})"},
        Key{"bypass_injection",
            R"({"custom":{"content":"x"}})",
            [](const Settings& s) { return s.shaping.injection.message.content == "x"; },
            {},
            R"("bypass_enabled":true)"}));

INSTANTIATE_TEST_SUITE_P(
    Answers, EveryKey,
    testing::Values(
        switch_key("enable_lmarena_reasoning", true,
                   [](const Settings& s) { return s.reasoning.enabled; }),
        Key{"reasoning_output_mode",
            "\"think_tag\"",
            [](const Settings& s) { return s.reasoning.output == ReasoningOutput::think_tag; },
            {"\"tags\"", "true"}},
        switch_key("preserve_streaming", false,
                   [](const Settings& s) { return s.reasoning.preserve_streaming; }),
        switch_key("append_citations", false, [](const Settings& s) { return s.append_citations; }),
        Key{"stream_error_style",
            "\"content\"",
            [](const Settings& s) { return s.stream_error_style == StreamErrorStyle::content; },
            {"\"text\"", "1"}},
        seconds_key("stream_response_timeout_seconds",
                    [](const Settings& s) { return s.stream_response_timeout; },
                    {"0", "86401", "\"360\"", "-1"}),
        Key{"metadata_timeout_minutes",
            "0.5",
            [](const Settings& s) { return s.request_timeout == std::chrono::seconds(30); },
            {"0", "0.04", "1441", "\"30\"", "null"}}));

INSTANTIATE_TEST_SUITE_P(
    Details, EveryKey,
    testing::Values(switch_key("debug_stream_timing", true,
                               [](const Settings& s) { return s.debug.stream_timing; }),
                    switch_key("debug_show_full_urls", true,
                               [](const Settings& s) { return s.debug.full_urls; }),
                    Key{"url_display_length",
                        "80",
                        [](const Settings& s) { return s.debug.url_length == 80; },
                        {"-1", "1.5", "100001", "\"80\""}},
                    Key{"api_key",
                        "\"k\"",
                        [](const Settings& s) {
                          return s.api_keys ==
                                 std::vector<ApiKey>{{.name = {}, .key = "k", .models = {}}};
                        },
                        {}},
                    Key{"api_keys",
                        R"([{"name":"n","key":"k","models":["m"]},{"name":"all","key":"l"}])",
                        [](const Settings& s) {
                          return s.api_keys ==
                                 std::vector<ApiKey>{{.name = "n", .key = "k", .models = {"m"}},
                                                     {.name = "all", .key = "l", .models = {}}};
                        },
                        {}}));

TEST(SessionIds, PlaceholdersAndWhatIsNoUuidCountAsUnset) {
  for (const auto* value :
       {"\"YOUR_SESSION_ID\"", "\"\"", "\"c6341952\"", "\"c6341952-952d-4a5a-86ab-61e407667a7\"",
        "\"YOUR_952-952d-4a5a-86ab-61e407667a75\""}) {
    const auto loaded = parse(config("session_id", value));
    EXPECT_THAT(loaded.errors, IsEmpty()) << value;
    EXPECT_EQ(loaded.settings.default_endpoint.session_id, "") << value;
  }
}

TEST(KeysWithoutAMeaning, AreAcceptedAndTheirTypeIsChecked) {
  for (const auto* text : {R"({"version":"2.7.6"})", R"({"force_stream_flush":false})"}) {
    const auto loaded = parse(text);
    EXPECT_THAT(loaded.errors, IsEmpty()) << text;
    EXPECT_THAT(loaded.warnings, IsEmpty()) << text;
    EXPECT_EQ(loaded.settings, Settings()) << text;
  }
  EXPECT_THAT(parse(R"({"version":2})").errors,
              ElementsAre("config.jsonc:1:12: version: found 2, allowed: a string"));
  EXPECT_THAT(
      parse(R"({"force_stream_flush":1})").errors,
      ElementsAre("config.jsonc:1:23: force_stream_flush: found 1, allowed: true or false"));
}

TEST(StripReasoning, IsOnWithThinkTagsOnly) {
  EXPECT_FALSE(parse("{}").settings.shaping.strip_reasoning);
  const std::string tags = R"({"reasoning_output_mode":"think_tag")";
  EXPECT_TRUE(parse(tags + '}').settings.shaping.strip_reasoning);
  EXPECT_FALSE(
      parse(tags + R"(,"strip_reasoning_from_history":false})").settings.shaping.strip_reasoning);
}

TEST(KeysOfLaterVersions, AreNamedInAWarning) {
  const auto loaded = parse("{\n \"api_key\": \"\",\n \"surprise\": 2}");
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings,
              ElementsAre("config.jsonc:3:2: unknown key surprise; it has no effect"));
}

TEST(UnknownKeys, AreComparedWithTheKnownOnes) {
  EXPECT_THAT(parse(R"({"apikey":"","sever":{},"site":{"orgin":""}})").warnings,
              ElementsAre("config.jsonc:1:2: unknown key apikey; it has no effect (did you mean "
                          "api_key?)",
                          "config.jsonc:1:14: unknown key sever; it has no effect (did you mean "
                          "server?)",
                          "config.jsonc:1:33: unknown key site.orgin; it has no effect (did you "
                          "mean site.origin?)"));
}

struct WrongKeys {
  std::string config;
  std::string error;
};

class ApiKeys : public testing::TestWithParam<WrongKeys> {};

TEST_P(ApiKeys, ThatAreWrongAreReportedWithoutShowingAny) {
  const auto loaded = parse(GetParam().config);
  ASSERT_FALSE(loaded.errors.empty());
  EXPECT_THAT(loaded.errors, testing::Contains(HasSubstr(GetParam().error)));
  for (const auto& line : loaded.errors) EXPECT_THAT(line, Not(HasSubstr("sk-")));
  for (const auto& line : loaded.warnings) EXPECT_THAT(line, Not(HasSubstr("sk-")));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ApiKeys,
    testing::Values(
        WrongKeys{R"({"api_key":["sk-1"]})", "api_key: found an array (not shown), allowed: a str"},
        WrongKeys{R"({"api_key":{"sk-1":1}})", "1:12: api_key: found an object (not shown)"},
        WrongKeys{R"({"api_keys":"sk-1"})",
                  "api_keys: found a string (not shown), allowed: an arr"},
        WrongKeys{R"({"api_keys":{"sk-1":"a"}})", "api_keys: found an object (not shown)"},
        WrongKeys{R"({"api_keys":["sk-1"]})", "api_keys[0]: found a string (not shown)"},
        WrongKeys{R"({"api_keys":[{"sk-1":"a"}]})",
                  "1:14: api_keys[0].key: missing, needed: a str"},
        WrongKeys{R"({"api_keys":[{"key":"sk-1"}]})",
                  "api_keys[0].name: missing, needed: a string"},
        WrongKeys{R"({"api_keys":[{"name":"","key":"sk-1"}]})", "api_keys[0].name: found a string"},
        WrongKeys{R"({"api_keys":[{"name":"a","key":""}]})", "api_keys[0].key: found a string"},
        WrongKeys{R"({"api_keys":[{"name":"a","key":["sk-1"]}]})",
                  "api_keys[0].key: found an array"},
        WrongKeys{R"({"api_keys":[{"name":"a","key":"sk-1"},{"name":"a","key":"sk-2"}]})",
                  "1:48: api_keys[1].name: found a string (not shown), allowed: a name that no"},
        WrongKeys{R"({"api_keys":[{"name":"a","key":"sk-1"},{"name":"b","key":"sk-1"}]})",
                  "api_keys[1].key: found a string (not shown), allowed: a key that is given once"},
        WrongKeys{R"({"api_key":"sk-1","api_keys":[{"name":"b","key":"sk-1"}]})",
                  "api_keys[0].key: found a string (not shown), allowed: a key that is given once"},
        WrongKeys{
            R"({"api_keys":[{"name":"a","key":"sk-1","models":[]}]})",
            "api_keys[0].models: found an array (not shown), allowed: an array with at least"},
        WrongKeys{R"({"api_keys":[{"name":"a","key":"sk-1","models":"sk-1"}]})",
                  "api_keys[0].models: found a string (not shown), allowed: an array of strings"},
        WrongKeys{R"([{"api_key":"sk-1"}])", "the file: found an array (not shown)"}));

}  // namespace
}  // namespace lmbridge::settings
