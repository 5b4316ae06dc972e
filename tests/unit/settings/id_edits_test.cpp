#include "settings/id_edits.hpp"

#include "settings/edit.hpp"
#include "settings/load.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <string>

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string one = "11111111-952d-4a5a-86ab-61e407667a75";
const std::string two = "22222222-952d-4a5a-86ab-61e407667a75";
const std::string three = "33333333-952d-4a5a-86ab-61e407667a75";

NewIds battle(const std::string& session) {
  return {.session_id = session,
          .message_id = two,
          .mode = arena::Mode::battle,
          .battle_target = 'b',
          .origin = {.captured_at = "2026-11-26T03:00:00.000Z", .account = "4f1c"}};
}

NewIds plain(const std::string& session) {
  return {.session_id = session, .message_id = two};
}

TEST(DefaultIds, ChangeTheirKeysAndNothingElse) {
  const auto edited = test::must(with_default_ids(
      "{\n  // ids\n  \"session_id\": \"YOUR_SESSION_ID\", // s\n  \"message_id\": \"x\",\n"
      "  \"id_updater_last_mode\": \"battle\",\n  \"api_key\": \"k\",\n}\n",
      battle(one)));
  EXPECT_EQ(edited.text, "{\n  // ids\n  \"session_id\": \"" + one +
                             "\", // s\n  \"message_id\": \"" + two +
                             "\",\n  \"id_updater_last_mode\": \"battle\",\n  \"api_key\": \"k\",\n"
                             "  \"id_updater_battle_target\": \"B\",\n"
                             "  \"captured_at\": \"2026-11-26T03:00:00.000Z\",\n"
                             "  \"account\": \"4f1c\",\n}\n");
  EXPECT_THAT(edited.changes, ElementsAre("session_id: \"YOUR_SESSION_ID\" -> \"" + one + "\"",
                                          "message_id: \"x\" -> \"" + two + "\"",
                                          "id_updater_battle_target: nothing -> \"B\"",
                                          "captured_at: nothing -> \"2026-11-26T03:00:00.000Z\"",
                                          "account: nothing -> \"4f1c\""));
}

TEST(DefaultIds, AreReadBackWithWhereTheyComeFrom) {
  const auto edited = test::must(with_default_ids("", battle(one)));
  const auto loaded = parse(edited.text);
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_EQ(loaded.settings.default_endpoint,
            (arena::Endpoint{one, two, arena::Mode::battle, 'b'}));
  EXPECT_EQ(loaded.settings.default_ids_origin,
            (arena::IdOrigin{"2026-11-26T03:00:00.000Z", "4f1c"}));
}

TEST(DefaultIds, ThatAreThereAlreadyChangeNothing) {
  const auto once = test::must(with_default_ids("{}", plain(one)));
  const auto twice = test::must(with_default_ids(once.text, plain(one)));
  EXPECT_EQ(twice.text, once.text);
  EXPECT_THAT(twice.changes, IsEmpty());
}

TEST(ModelIds, BecomeAnEntryOrRenewIt) {
  const auto made =
      test::must(with_model_ids("// map\n{\n}\n", "gpt-x", battle(one), IdPlacement::entry));
  EXPECT_THAT(made.text,
              testing::StartsWith("// map\n{\n  \"gpt-x\": {\n    \"session_id\": \"" + one));
  const auto renewed =
      test::must(with_model_ids(made.text, "gpt-x", plain(three), IdPlacement::entry));
  const auto loaded = parse("{}", {}, renewed.text);
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  const auto& entry = loaded.settings.endpoints.find("gpt-x")->entries.at(0);
  EXPECT_EQ(entry.endpoint, (arena::Endpoint{three, two, arena::Mode::battle, 'b'}));
  EXPECT_EQ(entry.origin.account, "4f1c");
  EXPECT_THAT(renewed.changes,
              ElementsAre("gpt-x.session_id: \"" + one + "\" -> \"" + three + "\""));
}

TEST(ModelIds, JoinAPoolThatIsMadeWhereThereIsNone) {
  auto map = test::must(with_model_ids("{\n}\n", "m", plain(one), IdPlacement::pool)).text;
  map = test::must(with_model_ids(map, "m", plain(three), IdPlacement::pool)).text;
  EXPECT_EQ(parse("{}", {}, map).settings.endpoints.find("m")->entries.size(), 2U);
  const auto again = test::must(with_model_ids(map, "m", battle(three), IdPlacement::pool));
  const auto pool = parse("{}", {}, again.text).settings.endpoints.find("m")->entries;
  ASSERT_EQ(pool.size(), 2U) << "a session that is there is renewed";
  EXPECT_EQ(pool[1].endpoint.mode, arena::Mode::battle);
  EXPECT_THAT(again.changes, testing::Contains("m[1].account: nothing -> \"4f1c\""));
}

TEST(ModelIds, KeepTheEntryThatIsThereAndItsComments) {
  const std::string map = "{\n  \"m\": { // first\n    \"session_id\": \"" + one +
                          "\",\n    \"message_id\": \"" + two + "\"\n  }, // m\n  \"n\": 1\n}";
  const auto edited = test::must(with_model_ids(map, "m", plain(three), IdPlacement::pool));
  EXPECT_EQ(edited.text, "{\n  \"m\": [{ // first\n    \"session_id\": \"" + one +
                             "\",\n    \"message_id\": \"" + two + "\"\n  }, {\"session_id\":\"" +
                             three + "\",\"message_id\":\"" + two + "\"}], // m\n  \"n\": 1\n}");
  EXPECT_THAT(edited.changes,
              ElementsAre(HasSubstr("m: one more session: {\"session_id\":\"" + three)));
}

TEST(ModelIds, OneSessionDoesNotReplaceAPool) {
  const auto map = test::must(with_model_ids("{}", "m", plain(one), IdPlacement::pool)).text;
  const auto refused = with_model_ids(map, "m", plain(three), IdPlacement::entry);
  EXPECT_EQ(test::code_of(refused), ErrorCode::invalid_configuration);
  EXPECT_THAT(refused.error().message, HasSubstr("\"m\" has a pool of 1 session"));
}

TEST(ModelIds, AreRemovedBySessionOrAltogether) {
  auto map = test::must(with_model_ids("{}", "m", plain(one), IdPlacement::pool)).text;
  map = test::must(with_model_ids(map, "m", plain(three), IdPlacement::pool)).text;
  const auto rest = test::must(without_model_ids(map, "m", one));
  EXPECT_EQ(
      parse("{}", {}, rest.text).settings.endpoints.find("m")->entries.at(0).endpoint.session_id,
      three);
  EXPECT_THAT(rest.changes, ElementsAre(HasSubstr("m[0]: removed {\"session_id\":\"" + one)));
  const auto none = test::must(without_model_ids(rest.text, "m", three));
  EXPECT_TRUE(parse("{}", {}, none.text).settings.endpoints.pools().empty());
  EXPECT_TRUE(parse("{}", {}, test::must(without_model_ids(map, "m", "")).text)
                  .settings.endpoints.pools()
                  .empty());
  EXPECT_EQ(test::code_of(without_model_ids(map, "m", two)), ErrorCode::not_found);
  EXPECT_EQ(test::code_of(without_model_ids(map, "x", "")), ErrorCode::not_found);
}

TEST(ModelIds, ReachAFileThatIsNotThereYet) {
  const test::TemporaryDirectory directory;
  const auto file = directory.path() / "model_endpoint_map.json";
  const auto write = [&](const std::string& session) {
    return change_file(file, [&](std::string_view text) -> Result<std::string> {
      auto edited = with_model_ids(text, "m", plain(session), IdPlacement::pool);
      if (!edited) return std::unexpected(edited.error());
      return edited->text;
    });
  };
  test::must(write(one));
  test::must(write(three));
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(parse("{}", {}, text.str()).settings.endpoints.find("m")->entries.size(), 2U);
  EXPECT_FALSE(change_file(directory.path() / "no" / "file",
                           [](std::string_view) { return Result<std::string>("x"); }));
}

}  // namespace
}  // namespace lmbridge::settings
