#include "arena/payload.hpp"

#include "fakes.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

std::string build(const std::vector<Message>& messages, const Endpoint& endpoint,
                  const std::optional<std::string>& model_id = "m",
                  ModelType type = ModelType::text) {
  CountedIds ids;
  return build_payload(messages, endpoint, model_id, type, ids, StoppedClock());
}

/// The values of `field` in all messages of a payload, as JSON.
std::vector<std::string> field(const std::string& payload, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& message : boost::json::parse(payload).at("messages").as_array()) {
    values.push_back(boost::json::serialize(message.at(name)));
  }
  return values;
}

const Endpoint direct = {.session_id = "s-1", .message_id = "m-1"};
using Strings = std::vector<std::string>;

TEST(Payload, HasEveryFieldOfTheProtocol) {
  const std::vector<Message> messages = {
      {.role = Role::system, .content = "Be \"brief\"\n"},
      {.role = Role::user,
       .content = "\xe4\xb8\xad\xf0\x9f\x98\x80",
       .attachments = {{.name = "a.png", .content_type = "image/png", .url = "https://x/a.png"},
                       {.name = "b", .content_type = "text/plain", .url = "data:,b"}}}};
  EXPECT_EQ(
      build(messages, direct, "model-uuid"),
      R"({"messages":[{"role":"system","content":"Be \"brief\"\n","id":"id-1","evaluationId":null,)"
      R"("evaluationSessionId":"s-1","parentMessageIds":[],"experimental_attachments":[],)"
      R"("failureReason":null,"metadata":null,"participantPosition":"b",)"
      R"("createdAt":"2026-09-21T14:13:20.123Z","updatedAt":"2026-09-21T14:13:20.123Z",)"
      R"("status":"success"},{"role":"user","content":")"
      "\xe4\xb8\xad\xf0\x9f\x98\x80"
      R"(","id":"id-2","evaluationId":null,"evaluationSessionId":"s-1",)"
      R"("parentMessageIds":["id-1"],"experimental_attachments":[{"name":"a.png",)"
      R"("contentType":"image/png","url":"https://x/a.png"},{"name":"b",)"
      R"("contentType":"text/plain","url":"data:,b"}],"failureReason":null,"metadata":null,)"
      R"("participantPosition":"a","createdAt":"2026-09-21T14:13:20.123Z",)"
      R"("updatedAt":"2026-09-21T14:13:20.123Z","status":"pending"}],"modelId":"model-uuid"})");
}

TEST(Payload, WithoutAModelIdLeavesTheChoiceToTheSite) {
  EXPECT_TRUE(build({{.content = "x"}}, direct, std::nullopt).ends_with(R"("modelId":null})"));
  EXPECT_EQ(build({}, direct, "m"), R"({"messages":[],"modelId":"m"})");
}

TEST(Payload, PositionsFollowTheModeUnlessOneIsWritten) {
  const std::vector<Message> messages = {{.role = Role::system},
                                         {.role = Role::user},
                                         {.role = Role::assistant},
                                         {.role = Role::user, .participant_position = 'b'}};
  EXPECT_EQ(field(build(messages, direct), "participantPosition"),
            (Strings{"\"b\"", "\"a\"", "\"a\"", "\"b\""}));
  auto battle = direct;
  battle.mode = Mode::battle;
  EXPECT_EQ(field(build(messages, battle), "participantPosition"),
            (Strings{"\"a\"", "\"a\"", "\"a\"", "\"b\""}));
  battle.battle_target = 'b';
  auto explicit_a = messages;
  explicit_a[0].participant_position = 'a';
  EXPECT_EQ(field(build(explicit_a, battle), "participantPosition"),
            (Strings{"\"a\"", "\"b\"", "\"b\"", "\"b\""}));
}

TEST(Payload, OnlyEmptyUserMessagesAreFilled) {
  const std::vector<Message> messages = {
      {.role = Role::system}, {.role = Role::user}, {.role = Role::assistant}};
  EXPECT_EQ(field(build(messages, direct), "content"), (Strings{"\"\"", "\" \"", "\"\""}));
}

TEST(Payload, TheLastMessageIsPendingExceptForImageModels) {
  const std::vector<Message> messages = {{.content = "1"}, {.content = "2"}};
  const Strings pending = {"\"success\"", "\"pending\""};
  EXPECT_EQ(field(build(messages, direct, "m", ModelType::text), "status"), pending);
  EXPECT_EQ(field(build(messages, direct, "m", ModelType::search), "status"), pending);
  EXPECT_EQ(field(build(messages, direct, "m", ModelType::image), "status"),
            (Strings{"\"success\"", "\"success\""}));
}

TEST(Payload, EachMessageHasTheOneBeforeAsItsParent) {
  const std::vector<Message> messages = {{.content = "1"}, {.content = "2"}, {.content = "3"}};
  EXPECT_EQ(field(build(messages, direct), "parentMessageIds"),
            (Strings{"[]", "[\"id-1\"]", "[\"id-2\"]"}));
}

TEST(Payload, AnyTextSurvivesTheJourney) {
  std::string text = "\xf0\x9f\x98\x80\"\\";
  for (char c = 1; c < 0x20; ++c) text += c;
  const auto payload = boost::json::parse(build({{.content = text}}, direct));
  EXPECT_EQ(payload.at("messages").at(0).at("content").as_string(), text);
}

TEST(Path, IdsAreFilledInAndCannotBreakOut) {
  EXPECT_EQ(fill_path("/s/{session_id}/messages/{message_id}", direct), "/s/s-1/messages/m-1");
  EXPECT_EQ(fill_path("/{session_id}{session_id}{other}/{", direct), "/s-1s-1{other}/{");
  const Endpoint hostile = {.session_id = "../a?b#c%/ \xc3\xa9", .message_id = "{session_id}"};
  EXPECT_EQ(fill_path("/{session_id}/{message_id}", hostile),
            "/..%2Fa%3Fb%23c%25%2F%20%C3%A9/%7Bsession_id%7D");
}

}  // namespace
}  // namespace lmbridge::arena
