#include "openai/completion.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::openai {
namespace {

TEST(Completion, JoinsLiteralsAndTextIntoOneMessage) {
  std::vector<CompletionChoice> choices(1);
  choices[0].content_literal(R"("Hi \ud83d\ude00 \"")");
  choices[0].content_text("\xe4\xb8\xad \"quoted\"\n");
  choices[0].content_literal(R"("\\ end")");
  const auto body = completion_body("chatcmpl-1", "m/\"1\"", 1790000000, choices,
                                    {.prompt_tokens = 5, .completion_tokens = 6});
  EXPECT_EQ(body,
            R"({"id":"chatcmpl-1","object":"chat.completion","created":1790000000,)"
            R"("model":"m/\"1\"","choices":[{"index":0,"message":{"role":"assistant",)"
            R"("content":"Hi \ud83d\ude00 \")"
            "\xe4\xb8\xad"
            R"( \"quoted\"\n\\ end","refusal":null},"logprobs":null,"finish_reason":"stop"}],)"
            R"("usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}})");
  EXPECT_EQ(boost::json::parse(body).at("choices").at(0).at("message").at("content"),
            "Hi \xf0\x9f\x98\x80 \"\xe4\xb8\xad \"quoted\"\n\\ end");
}

TEST(Completion, WithoutContentStillHasAStringAndUsage) {
  std::vector<CompletionChoice> choices(1);
  choices[0].set_finish_reason(FinishReason::content_filter);
  const auto value = boost::json::parse(completion_body("i", "m", 0, choices, {}));
  EXPECT_EQ(value.at("choices").at(0).at("message").at("content"), "");
  EXPECT_FALSE(value.at("choices").at(0).at("message").as_object().contains("reasoning_content"));
  EXPECT_EQ(value.at("choices").at(0).at("finish_reason"), "content_filter");
  EXPECT_EQ(value.at("usage").at("total_tokens"), 0);
}

TEST(Completion, HoldsSeveralAnswersInOrderAndTheirReasoningApart) {
  std::vector<CompletionChoice> choices(2);
  choices[0].content_text("first");
  choices[1].reasoning_literal("\"why\"");
  choices[1].content_text("second");
  choices[1].set_finish_reason(FinishReason::length);
  const auto value = boost::json::parse(completion_body("i", "m", 0, choices, {}));
  EXPECT_EQ(value.at("choices").at(0).at("message").at("content"), "first");
  EXPECT_EQ(value.at("choices").at(1).at("index"), 1);
  EXPECT_EQ(value.at("choices").at(1).at("message").at("content"), "second");
  EXPECT_EQ(value.at("choices").at(1).at("message").at("reasoning_content"), "why");
  EXPECT_EQ(value.at("choices").at(1).at("finish_reason"), "length");
}

TEST(Completion, GrowsWithItsContent) {
  CompletionChoice choice;
  choice.content_literal("\"12345\"");
  choice.reasoning_literal("\"67\"");
  EXPECT_EQ(choice.size(), 7U);
}

TEST(FinishReasons, HaveTheFourNamesThatClientsKnow) {
  EXPECT_EQ(name(FinishReason::stop), "stop");
  EXPECT_EQ(name(FinishReason::length), "length");
  EXPECT_EQ(name(FinishReason::content_filter), "content_filter");
  EXPECT_EQ(name(FinishReason::tool_calls), "tool_calls");
}

}  // namespace
}  // namespace lmbridge::openai
