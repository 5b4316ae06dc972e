#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string one = "11111111-952d-4a5a-86ab-61e407667a75";
const std::string two = "22222222-952d-4a5a-86ab-61e407667a75";
const std::string ids = "\"session_id\":\"" + one + "\",\"message_id\":\"" + two + '"';

arena::EndpointMap endpoints(const std::string& text, const std::string& config = "{}") {
  const auto loaded = parse(config, {}, text);
  EXPECT_THAT(loaded.errors, IsEmpty()) << text;
  EXPECT_THAT(loaded.warnings, IsEmpty()) << text;
  return loaded.settings.endpoints;
}

TEST(EndpointMapFile, TakesOneSessionOrAnArrayOfThem) {
  const auto map =
      endpoints(R"({"b":{)" + ids + R"(}, /* two */ "a":[{)" + ids +
                R"(,"mode":"battle","battle_target":"B","type":"image"},{)" + ids + "},]}");
  ASSERT_EQ(map.pools().size(), 2U);
  const arena::PoolEntry plain{.endpoint = {.session_id = one, .message_id = two}};
  const arena::PoolEntry battle{.endpoint = {.session_id = one,
                                             .message_id = two,
                                             .mode = arena::Mode::battle,
                                             .battle_target = 'b'},
                                .type = arena::ModelType::image};
  EXPECT_EQ(map.pools()[0], (arena::Pool{.model = "b", .entries = {plain}}));
  EXPECT_EQ(map.pools()[1], (arena::Pool{.model = "a", .entries = {battle, plain}}));
}

TEST(EndpointMapFile, TakesWhatAnEntryDoesNotSayFromTheConfiguration) {
  const auto* config = R"({"id_updater_last_mode":"battle","id_updater_battle_target":"B"})";
  const auto map = endpoints("{\"m\":[{" + ids + "},{" + ids + R"(,"mode":"direct_chat"},{)" + ids +
                                 R"(,"battle_target":"A"}]})",
                             config);
  const auto& entries = map.find("m")->entries;
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].endpoint.mode, arena::Mode::battle);
  EXPECT_EQ(entries[0].endpoint.battle_target, 'b');
  EXPECT_EQ(entries[1].endpoint.mode, arena::Mode::direct_chat);
  EXPECT_EQ(entries[2].endpoint.battle_target, 'a');
}

TEST(EndpointMapFile, MayBeBlank) {
  for (const auto* text : {"", " \r\n", "\xef\xbb\xbf", "// nothing\n", "/* a */ /* b */", "{}"}) {
    EXPECT_TRUE(endpoints(text).pools().empty()) << text;
    EXPECT_THAT(parse("{}", text).errors, IsEmpty()) << "as models.json: " << text;
  }
  EXPECT_THAT(parse("{}", {}, "/* open").errors, ElementsAre(HasSubstr("never closed")));
}

TEST(EndpointMapFile, LeavesOutEntriesWithoutProperIdsAndKeepsTheirModel) {
  const auto loaded = parse("{}", {},
                            "{\n\"m\": [{\"session_id\": \"YOUR_ID\", \"message_id\": \"" + two +
                                "\"},\n{" + ids + "},\n{\"session_id\": \"" + one +
                                "\"}],\n\"placeholders\": {\"session_id\": \"session_1\", "
                                "\"message_id\": \"message_1\"},\n\"none\": []}");
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(
      loaded.warnings,
      ElementsAre("model_endpoint_map.json:2:22: \"m\"[0]: left out, because its session_id is a "
                  "placeholder or no UUID",
                  "model_endpoint_map.json:4:1: \"m\"[2]: left out, because its message_id is "
                  "missing",
                  "model_endpoint_map.json:5:32: \"placeholders\": left out, because its "
                  "session_id is a placeholder or no UUID",
                  "model_endpoint_map.json:6:9: \"none\": has no sessions, so it can't be asked "
                  "for"));
  const auto& map = loaded.settings.endpoints;
  ASSERT_EQ(map.pools().size(), 3U);
  EXPECT_EQ(map.find("m")->entries.size(), 1U);
  EXPECT_THAT(map.find("placeholders")->entries, IsEmpty());
  EXPECT_THAT(map.find("none")->entries, IsEmpty());
}

TEST(EndpointMapFile, NamesTheModelAndTheItemThatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"[]", "model_endpoint_map.json:1:1: the file: found an array"},
      {R"({"a.b":"x"})", "1:8: \"a.b\": found \"x\", allowed: an object"},
      {R"({"a":[7]})", "\"a\"[0]: found 7, allowed: an object {...}"},
      {R"({"a":{"session_id":7,"message_id":")" + two + "\"}}",
       "\"a\".session_id: found 7, allowed: a string"},
      {"{\"a\":[{" + ids + R"(,"mode":"duel"}]})", "\"a\"[0].mode: found \"duel\", allowed: \"dir"},
      {"{\"a\":{" + ids + R"(,"battle_target":"C"}})",
       "battle_target: found \"C\", allowed: \"A\""},
      {"{\"a\":{" + ids + R"(,"type":"video"}})", "type: found \"video\", allowed: \"text\", \"im"},
      {"{\"a\":{" + ids + R"(,"type":7}})", "\"a\".type: found 7, allowed: a string"},
      {"{\"\":{" + ids + "}}", "a model needs a name"},
  };
  for (const auto& [text, error] : cases) {
    const auto loaded = parse("{}", {}, text);
    EXPECT_THAT(loaded.errors, ElementsAre(HasSubstr(error))) << text;
    EXPECT_THAT(loaded.warnings, IsEmpty()) << text;
  }
}

TEST(EndpointMapFile, WarnsOfUnknownKeysAndOfModelsThatStandThereTwice) {
  const auto loaded =
      parse("{}", {}, "{\"m\":{" + ids + R"(,"modes":"battle"},"m":{)" + ids + "}}");
  EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("m stands there twice; this one counts")));
  const auto single = parse("{}", {}, "{\"m\":{" + ids + R"(,"modes":"battle"}})");
  EXPECT_THAT(single.warnings, ElementsAre(HasSubstr("unknown key \"m\".modes; it has no effect "
                                                     "(did you mean \"m\".mode?)")));
}

}  // namespace
}  // namespace lmbridge::settings
