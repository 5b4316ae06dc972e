#include "bridge/id_request.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace lmbridge::bridge {
namespace {

using arena::Mode;

const std::string session = "c6341952-952d-4a5a-86ab-61e407667a75";
const std::string message = "0199a1ce-70b8-70a1-bcc3-3f04b155b850";
const std::string other = "0199a1ce-70b8-70a1-bcc3-3f04b155b851";

const std::string site = "https://arena.test";
const std::string retry_url = site + "/nextjs-api/stream/retry-evaluation-session-message/" +
                              session + "/messages/" + message;
const std::string create_url = site + "/nextjs-api/stream/create-evaluation";
const std::string follow_up_url = site + "/nextjs-api/stream/post-to-evaluation/" + session;

IdRules rules(char target = 'a') {
  return id_rules(settings::Site(), target);
}

std::optional<IdRequest> seen(std::string_view method, std::string_view url,
                              std::vector<std::string_view> scripts = {}) {
  return recognise({.method = method,
                    .url = url,
                    .document_url = "https://arena.test/c/1?x=https://other.test",
                    .script_urls = std::move(scripts)},
                   rules());
}

/// What a request with that body says, for the target that the operator wants.
std::optional<SessionIds> said(std::string_view method, std::string_view url, std::string_view body,
                               char target = 'a') {
  const auto request = seen(method, url);
  return request ? read_ids(*request, body, rules(target)) : std::nullopt;
}

std::string messages(std::string_view list) {
  return fmt::format(R"({{"messages":[{}],"modelId":null}})", list);
}

TEST(RequestsWithIds, RetryIsRecognisedByItsAddress) {
  const auto request = seen("PUT", retry_url + "?a=b#c", {"https://arena.test/app.js", ""});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->kind, IdRequestKind::retry);
  EXPECT_EQ(request->session_id, session);
  EXPECT_EQ(request->message_id, message);
}

TEST(RequestsWithIds, NothingElseIsTakenForRetry) {
  EXPECT_FALSE(seen("POST", retry_url)) << "another method";
  EXPECT_FALSE(seen("OPTIONS", retry_url));
  EXPECT_FALSE(seen("PUT", retry_url + "/more"));
  EXPECT_FALSE(seen("PUT", retry_url.substr(0, retry_url.size() - 1))) << "half an id";
  EXPECT_FALSE(seen("PUT", site + "/other" + retry_url.substr(site.size())));
  EXPECT_FALSE(seen("PUT", "https://other.test" + retry_url.substr(site.size())));
  EXPECT_FALSE(seen("PUT", "http://arena.test" + retry_url.substr(site.size())));
  for (const auto* nonsense :
       {"", "about:blank", "https://arena.test", "data:,x", "://", "blob:x"}) {
    EXPECT_FALSE(seen("PUT", nonsense)) << nonsense;
  }
}

TEST(RequestsWithIds, OurOwnAreNotThePersons) {
  EXPECT_FALSE(seen("PUT", retry_url, {"", "lmbridge:main.js"}));
}

TEST(RequestsWithIds, FollowTheConfiguredPathsAndMethod) {
  settings::Site moved;
  moved.method = "POST";
  moved.retry_path = "/v2/{message_id}/of/{session_id}/again";
  moved.create_path = moved.follow_up_path = "";
  const auto ask = [&](std::string_view method, const std::string& url) {
    return recognise({.method = method, .url = url, .document_url = site + "/", .script_urls = {}},
                     id_rules(moved, 'a'));
  };
  const auto request = ask("POST", site + "/v2/" + message + "/of/" + session + "/again");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->session_id, session);
  EXPECT_EQ(request->message_id, message);
  EXPECT_FALSE(ask("PUT", retry_url));
  EXPECT_FALSE(ask("POST", create_url)) << "switched off";
  EXPECT_FALSE(ask("POST", site)) << "an empty path is none";
}

TEST(RequestsWithIds, RetryTellsTheModeAsFarAsItsMessagesShowIt) {
  const auto mode = [](std::string_view body) { return said("PUT", retry_url, body)->mode; };
  const std::string at_a = R"({"role":"user","participantPosition":"a"})";
  const std::string at_b = R"({"role":"assistant","participantPosition":"b"})";
  const std::string system = R"({"role":"system","participantPosition":"b"})";
  EXPECT_EQ(mode(messages(at_a)), std::nullopt) << "it may be either";
  EXPECT_EQ(mode(messages(system + "," + at_a)), Mode::direct_chat);
  EXPECT_EQ(mode(messages(at_a + "," + at_b)), Mode::battle);
  EXPECT_EQ(mode(R"({"mode":"battle"})"), Mode::battle);
  EXPECT_EQ(mode(R"({"mode":"direct","messages":[)" + at_b + "]}"), Mode::direct_chat);
  for (const auto* body :
       {"", "nonsense", "[]", "{}", R"({"messages":7})", R"({"messages":[7]})"}) {
    EXPECT_EQ(said("PUT", retry_url, body), (SessionIds{session, message})) << body;
  }
}

TEST(RequestsWithIds, RetryInABattleTellsWhoseAnswerItIs) {
  const auto target = [](std::string_view position) {
    return said(
               "PUT", retry_url,
               fmt::format(
                   R"({{"mode":"battle","messages":[{{"role":"user","participantPosition":"{}"}}]}})",
                   position),
               'b')
        ->battle_target;
  };
  EXPECT_EQ(target("a"), 'a');
  EXPECT_EQ(target("b"), 'b');
  EXPECT_EQ(target("c"), std::nullopt);
}

TEST(RequestsWithIds, ABegunChatTellsBothIdsInItsBody) {
  const auto body = [](std::string_view mode) {
    return fmt::format(R"({{"id":"{}","mode":"{}","modelAMessageId":"{}","modelBMessageId":"{}"}})",
                       session, mode, message, other);
  };
  EXPECT_EQ(said("POST", create_url, body("direct"), 'b'),
            (SessionIds{session, message, Mode::direct_chat}));
  EXPECT_EQ(said("POST", create_url, body("battle"), 'a'),
            (SessionIds{session, message, Mode::battle, 'a'}));
  EXPECT_EQ(said("POST", create_url, body("side-by-side"), 'b'),
            (SessionIds{session, other, Mode::battle, 'b'}));
  EXPECT_FALSE(said("POST", create_url, R"({"id":"x","modelAMessageId":"y"})"));
  EXPECT_FALSE(said("POST", create_url, fmt::format(R"({{"id":"{}"}})", session)));
}

TEST(RequestsWithIds, AChatThatGoesOnHasItsSessionInTheAddress) {
  const auto body = fmt::format(
      R"({{"mode":"battle","messages":[{{"role":"assistant","id":"{}","participantPosition":"a"}},)"
      R"({{"role":"assistant","id":"{}","participantPosition":"b"}},{{"role":"user","id":"x"}}]}})",
      message, other);
  EXPECT_EQ(said("POST", follow_up_url, body, 'a')->message_id, message);
  EXPECT_EQ(said("POST", follow_up_url, body, 'b'),
            (SessionIds{session, other, Mode::battle, 'b'}));
  EXPECT_FALSE(said("POST", follow_up_url, "{}")) << "no message is named";
}

}  // namespace
}  // namespace lmbridge::bridge
