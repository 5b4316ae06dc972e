#include "openai/chat_request.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::openai {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A good request with `fields` in front.
std::string with(std::string_view fields) {
  return fmt::format(R"({{{}{}"model":"m","messages":[{{"role":"user","content":"x"}}]}})", fields,
                     fields.empty() ? "" : ",");
}

std::string with_messages(std::string_view messages) {
  return fmt::format(R"({{"model":"m","messages":{}}})", messages);
}

std::string with_content(std::string_view content) {
  return with_messages(fmt::format(R"([{{"role":"user","content":{}}}])", content));
}

TEST(ChatRequest, ASmallRequestIsReadWhole) {
  const auto request = parse_chat_request(
      R"({"model":"a/b:c.1","stream":true,"stream_options":{"include_usage":true},"messages":[)"
      R"({"role":"developer","content":"d"},{"role":"system","content":"s"},)"
      R"({"role":"user","content":"\u4e2d\ud83d\ude00"},{"role":"assistant","content":"a"}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->model, "a/b:c.1");
  EXPECT_TRUE(request->stream);
  EXPECT_TRUE(request->include_usage);
  EXPECT_THAT(request->ignored, IsEmpty());
  ASSERT_EQ(request->messages.size(), 4U);
  EXPECT_EQ(request->messages[0].role, ChatRole::system);
  EXPECT_EQ(request->messages[1].role, ChatRole::system);
  EXPECT_EQ(request->messages[2].role, ChatRole::user);
  EXPECT_EQ(request->messages[2].content, "\xe4\xb8\xad\xf0\x9f\x98\x80");
  EXPECT_EQ(request->messages[3].role, ChatRole::assistant);
}

TEST(ChatRequest, DefaultsAreNoStreamAndNoUsageChunk) {
  const auto request = parse_chat_request(with(R"("stream":null,"stream_options":null,"n":null)"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_FALSE(request->stream);
  EXPECT_FALSE(request->include_usage);
}

TEST(ChatRequest, TextPartsAreJoinedByABlankLine) {
  const auto request = parse_chat_request(
      with_content(R"([{"type":"text","text":"one"},{"text":"two","type":"text"}])"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->messages[0].content, "one\n\ntwo");
}

TEST(ChatRequest, AnAssistantMayHaveSaidNothing) {
  const auto request = parse_chat_request(with_messages(
      R"([{"role":"assistant","content":null,"tool_calls":[]},{"role":"assistant"}])"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->messages[0].content, "");
  EXPECT_EQ(request->messages[1].content, "");
}

TEST(ChatRequest, FieldsWithoutEffectAreListedOnceAndSorted) {
  const auto request = parse_chat_request(
      R"({"top_p":1,"temperature":0.5,"seed":-7,"stop":["a"],"max_tokens":9,"user":"u","n":1,)"
      R"("zebra":{"a":1},"nothing":null,"tools":[],"stream_options":{"extra":1},"model":"m",)"
      R"("messages":[{"role":"user","content":"x","name":"n"},)"
      R"({"role":"user","name":"n","content":[{"type":"text","text":"x","cache_control":{}}]}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_THAT(request->ignored,
              ElementsAre("messages[].content[].cache_control", "messages[].name", "seed",
                          "stream_options.extra", "temperature", "top_p", "user", "zebra"));
}

TEST(ChatRequest, NamesOfIgnoredFieldsFitIntoAHeader) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += fmt::format("\"field{}\":1,", i);
  const auto request =
      parse_chat_request(with("\"a\\r\\nb, \\\"\xe4\xb8\xad\":1,\"" + std::string(500, 'x') +
                              "\":1," + many + "\"last\":1"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->ignored.size(), max_ignored);
  EXPECT_EQ(request->ignored.front(),
            "a??b???"
            "???");
  for (const auto& name : request->ignored) {
    EXPECT_LE(name.size(), 64U);
    for (const char c : name) EXPECT_TRUE(c > ' ' && c < '\x7f' && c != ',') << name;
  }
}

struct Bad {
  std::string body;
  std::string param;
  std::string reason;
};

void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.body.substr(0, 200);
}

class BadChatRequest : public testing::TestWithParam<Bad> {};

TEST_P(BadChatRequest, IsRefusedWithTheNameOfTheField) {
  const auto request = parse_chat_request(GetParam().body);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, ErrorCode::invalid_request);
  EXPECT_EQ(request.error().param, GetParam().param);
  EXPECT_THAT(request.error().message, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, BadChatRequest,
    testing::Values(Bad{"", "", "incomplete"}, Bad{"[]", "", "object"}, Bad{"null", "", "object"},
                    Bad{"{}", "model", "missing"}, Bad{with("\"x\":1,\"x\":2"), "x", "twice"},
                    Bad{with("\"user\":\"\\ud83d\""), "user", "JSON"},
                    Bad{with_content("\"\xff\""), "messages[0].content", "UTF-8"},
                    Bad{with(R"("temperature":1e999)"), "temperature", ""},
                    Bad{with("") + "x", "", "after its end"}));

INSTANTIATE_TEST_SUITE_P(Models, BadChatRequest,
                         testing::Values(Bad{R"({"messages":[]})", "model", "missing"},
                                         Bad{R"({"model":null})", "model", "string"},
                                         Bad{R"({"model":5})", "model", "string"},
                                         Bad{R"({"model":" "})", "model", "empty"},
                                         Bad{R"({"model":")" + std::string(257, 'm') + "\"}",
                                             "model", "256"}));

INSTANTIATE_TEST_SUITE_P(
    Messages, BadChatRequest,
    testing::Values(
        Bad{R"({"model":"m"})", "messages", "missing"},
        Bad{with_messages("null"), "messages", "array"},
        Bad{with_messages(R"("x")"), "messages", "array"},
        Bad{with_messages("[]"), "messages", "empty"},
        Bad{with_messages("[7]"), "messages[0]", "object"},
        Bad{with_messages(R"([{"content":"x"}])"), "messages[0].role", "role"},
        Bad{with_messages(R"([{"role":1,"content":"x"}])"), "messages[0].role", "string"},
        Bad{with_messages(R"([{"role":"user","content":"x"},{"role":"tool","content":"x"}])"),
            "messages[1].role", "tool calls"},
        Bad{with_messages(R"([{"role":"function","content":"x"}])"), "messages[0].role",
            "tool calls"},
        Bad{with_messages(R"([{"role":"User","content":"x"}])"), "messages[0].role", "\"User\""},
        Bad{with_messages(R"([{"role":"assistant","tool_calls":[{"id":"1"}]}])"),
            "messages[0].tool_calls", "not supported"},
        Bad{with_messages(R"([{"role":"assistant","function_call":{"name":"f"}}])"),
            "messages[0].function_call", "not supported"}));

INSTANTIATE_TEST_SUITE_P(
    Contents, BadChatRequest,
    testing::Values(
        Bad{with_messages(R"([{"role":"user"}])"), "messages[0].content", "needs content"},
        Bad{with_content("null"), "messages[0].content", "needs content"},
        Bad{with_content("5"), "messages[0].content", "string or an array"},
        Bad{with_content("{}"), "messages[0].content", "string or an array"},
        Bad{with_content("[]"), "messages[0].content", "empty"},
        Bad{with_content(R"(["x"])"), "messages[0].content[0]", "object"},
        Bad{with_content(R"([{"text":"x"}])"), "messages[0].content[0].type", "type"},
        Bad{with_content(R"([{"type":"text"}])"), "messages[0].content[0].text", "text"},
        Bad{with_content(R"([{"type":"text","text":null}])"), "messages[0].content[0].text",
            "text"},
        Bad{with_content(R"([{"type":"text","text":"x"},{"type":"input_audio"}])"),
            "messages[0].content[1].type", "\"input_audio\" are not supported: send text"}));

INSTANTIATE_TEST_SUITE_P(
    Options, BadChatRequest,
    testing::Values(Bad{with(R"("stream":"yes")"), "stream", "true or false"},
                    Bad{with(R"("stream":1)"), "stream", "true or false"},
                    Bad{with(R"("stream_options":true)"), "stream_options", "object"},
                    Bad{with(R"("stream_options":{"include_usage":1})"),
                        "stream_options.include_usage", "true or false"},
                    Bad{with(R"("temperature":"hot")"), "temperature", "from 0 to 2"},
                    Bad{with(R"("temperature":2.1)"), "temperature", "from 0 to 2"},
                    Bad{with(R"("temperature":-0.1)"), "temperature", "from 0 to 2"},
                    Bad{with(R"("top_p":1.5)"), "top_p", "from 0 to 1"},
                    Bad{with(R"("presence_penalty":-3)"), "presence_penalty", "from -2 to 2"},
                    Bad{with(R"("frequency_penalty":[])"), "frequency_penalty", "from -2 to 2"},
                    Bad{with(R"("max_tokens":0)"), "max_tokens", "at least 1"},
                    Bad{with(R"("max_tokens":1.5)"), "max_tokens", "whole"},
                    Bad{with(R"("max_completion_tokens":"9")"), "max_completion_tokens", "whole"},
                    Bad{with(R"("seed":0.5)"), "seed", "whole"},
                    Bad{with(R"("top_logprobs":21)"), "top_logprobs", "from 0 to 20"},
                    Bad{with(R"("n":9)"), "n", "from 1 to 8"},
                    Bad{with(R"("n":0)"), "n", "from 1 to 8"},
                    Bad{with(R"("n":"1")"), "n", "whole"},
                    Bad{with(R"("user":7)"), "user", "string"},
                    Bad{with(R"("stop":7)"), "stop", "strings"},
                    Bad{with(R"("stop":["a",7])"), "stop[1]", "string"},
                    Bad{with(R"("stop":["1","2","3","4","5"])"), "stop", "at most 4"},
                    Bad{with(R"("logit_bias":[])"), "logit_bias", "object"},
                    Bad{with(R"("tools":{})"), "tools", "array"},
                    Bad{with(R"("tools":[{"type":"function"}])"), "tools", "not supported yet"},
                    Bad{with(R"("functions":[{"name":"f"}])"), "functions", "not supported yet"}));

TEST(ChatRequestLimits, AreHeld) {
  const RequestLimits limits = {
      .messages = 2, .parts_per_message = 2, .model_name_bytes = 3, .json = {.depth = 8}};
  const std::string message = R"({"role":"user","content":"x"})";
  EXPECT_TRUE(parse_chat_request(with_messages("[" + message + "," + message + "]"), limits));
  EXPECT_EQ(
      parse_chat_request(with_messages("[" + message + "," + message + "," + message + "]"), limits)
          .error()
          .param,
      "messages");
  const std::string part = R"({"type":"text","text":"x"})";
  EXPECT_EQ(parse_chat_request(with_content("[" + part + "," + part + "," + part + "]"), limits)
                .error()
                .param,
            "messages[0].content");
  EXPECT_FALSE(parse_chat_request(with(R"("x":[[[[[[[[1]]]]]]]])"), limits));
  std::string many = message;
  for (int i = 0; i < 2000; ++i) many += "," + message;
  EXPECT_EQ(parse_chat_request(with_messages("[" + many + "]")).error().param, "messages");
}

TEST(ChatRequest, RefusalsDoNotEchoLongOrUnprintableValues) {
  const auto request = parse_chat_request(
      with_messages("[{\"role\":\"\\u0000" + std::string(5000, 'r') + "\",\"content\":\"x\"}]"));
  ASSERT_FALSE(request);
  EXPECT_LT(request.error().message.size(), 200U);
  EXPECT_EQ(request.error().message.find('\0'), std::string::npos);
}

TEST(StopSequencesOfARequest, AreBounded) {
  const auto with_stop = [](std::size_t size) {
    return parse_chat_request(
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"stop":")" +
        std::string(size, 's') + "\"}");
  };
  EXPECT_TRUE(with_stop(500));
  const auto refused = with_stop(501);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param, "stop");
}

}  // namespace
}  // namespace lmbridge::openai
