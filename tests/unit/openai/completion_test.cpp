#include "openai/completion.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace lmbridge::openai {
namespace {

TEST(Completion, JoinsLiteralsAndTextIntoOneMessage) {
  CompletionWriter writer("chatcmpl-1", "m/\"1\"", 1790000000);
  writer.content_literal(R"("Hi \ud83d\ude00 \"")");
  writer.content_text("\xe4\xb8\xad \"quoted\"\n");
  writer.content_literal(R"("\\ end")");
  const auto body =
      std::move(writer).finish(FinishReason::stop, {.prompt_tokens = 5, .completion_tokens = 6});
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
  const auto body = CompletionWriter("i", "m", 0).finish(FinishReason::content_filter, {});
  const auto value = boost::json::parse(body);
  EXPECT_EQ(value.at("choices").at(0).at("message").at("content"), "");
  EXPECT_EQ(value.at("choices").at(0).at("finish_reason"), "content_filter");
  EXPECT_EQ(value.at("usage").at("total_tokens"), 0);
}

TEST(Completion, GrowsWithItsContent) {
  CompletionWriter writer("i", "m", 0);
  const auto before = writer.size();
  writer.content_literal("\"12345\"");
  EXPECT_EQ(writer.size(), before + 5);
}

TEST(FinishReasons, HaveTheFourNamesThatClientsKnow) {
  EXPECT_EQ(name(FinishReason::stop), "stop");
  EXPECT_EQ(name(FinishReason::length), "length");
  EXPECT_EQ(name(FinishReason::content_filter), "content_filter");
  EXPECT_EQ(name(FinishReason::tool_calls), "tool_calls");
}

}  // namespace
}  // namespace lmbridge::openai
