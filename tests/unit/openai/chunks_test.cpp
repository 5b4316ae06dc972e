#include "openai/chunks.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::openai {
namespace {

namespace json = boost::json;

const ChunkWriter::Head head = {.id = "chatcmpl-1", .model = "a \"b\"", .created = 1790000000};
const ChunkWriter::Head head_with_usage = {
    .id = "chatcmpl-1", .model = "m", .created = 7, .include_usage = true};

/// The JSON of the `data:` events in a stream, which must consist of such events alone.
std::vector<json::value> events(std::string_view stream) {
  std::vector<json::value> values;
  while (!stream.empty()) {
    const auto end = stream.find("\n\n");
    EXPECT_NE(end, std::string_view::npos);
    const auto event = stream.substr(0, end);
    EXPECT_TRUE(event.starts_with("data: ")) << event;
    EXPECT_EQ(event.find('\n'), std::string_view::npos);
    values.push_back(json::parse(event.substr(6)));
    stream.remove_prefix(end + 2);
  }
  return values;
}

TEST(Chunks, HaveExactlyTheShapeThatClientsKnow) {
  std::string out;
  const ChunkWriter writer(head);
  writer.role(out);
  writer.content_literal(out, R"("Hi \ud83d\ude00")");
  writer.finish(out, FinishReason::stop);
  ChunkWriter::done(out);
  const std::string start =
      R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,)"
      R"("model":"a \"b\"","choices":[{"index":0,"delta":)";
  EXPECT_EQ(
      out, start + R"({"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]})" +
               "\n\n" + start +
               R"({"content":"Hi \ud83d\ude00"},"logprobs":null,"finish_reason":null}]})" + "\n\n" +
               start + R"({"content":""},"logprobs":null,"finish_reason":"stop"}]})" +
               "\n\ndata: [DONE]\n\n");
}

TEST(Chunks, TheRoleComesOnceAndEveryDeltaHasContent) {
  std::string out;
  const ChunkWriter writer(head);
  writer.role(out);
  writer.content_text(out, "plain \"text\"\n\xe4\xb8\xad");
  writer.content_literal(out, R"("data: [DONE]\n\n")");
  writer.finish(out, FinishReason::length);
  const auto values = events(out);
  ASSERT_EQ(values.size(), 4U);
  int roles = 0;
  for (const auto& value : values) {
    const auto& delta = value.at("choices").at(0).at("delta").as_object();
    EXPECT_TRUE(delta.at("content").is_string());
    roles += delta.contains("role") ? 1 : 0;
    EXPECT_FALSE(value.as_object().contains("usage"));
  }
  EXPECT_EQ(roles, 1);
  EXPECT_EQ(values[1].at("choices").at(0).at("delta").at("content"),
            "plain \"text\"\n\xe4\xb8\xad");
  EXPECT_EQ(values[2].at("choices").at(0).at("delta").at("content"), "data: [DONE]\n\n");
  EXPECT_EQ(values[3].at("choices").at(0).at("finish_reason"), "length");
}

TEST(Chunks, UsageComesInAChunkOfItsOwnAndIsNullInTheOthers) {
  std::string out;
  const ChunkWriter writer(head_with_usage);
  writer.role(out);
  writer.content_literal(out, "\"x\"");
  writer.finish(out, FinishReason::content_filter);
  writer.usage(out, {.prompt_tokens = 3, .completion_tokens = 4});
  const auto values = events(out);
  ASSERT_EQ(values.size(), 4U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(values[i].at("usage").is_null());
  EXPECT_TRUE(values[3].at("choices").as_array().empty());
  EXPECT_EQ(json::serialize(values[3].at("usage")),
            R"({"prompt_tokens":3,"completion_tokens":4,"total_tokens":7})");
}

TEST(Chunks, WithoutTheOptionThereIsNoUsageChunk) {
  std::string out;
  ChunkWriter(head).usage(out, {.prompt_tokens = 3, .completion_tokens = 4});
  EXPECT_EQ(out, "");
}

TEST(Chunks, AFailureIsAnErrorObjectInsteadOfAFinish) {
  std::string out;
  ChunkWriter::error(out, {.code = ErrorCode::incomplete_answer, .message = "cut\noff"});
  const auto values = events(out);
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(values[0].at("error").at("code"), "incomplete_answer");
  EXPECT_FALSE(values[0].as_object().contains("choices"));
}

TEST(Chunks, OfReasoningHaveEmptyContent) {
  std::string out;
  ChunkWriter(head).reasoning_literal(out, R"("hm \u00e9")");
  const auto values = events(out);
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(json::serialize(values[0].at("choices").at(0).at("delta")),
            "{\"content\":\"\",\"reasoning_content\":\"hm \xc3\xa9\"}");
}

TEST(Chunks, OfSeveralAnswersSayWhichOneTheyBelongTo) {
  auto second = head;
  second.index = 1;
  std::string out;
  const ChunkWriter writer(second);
  writer.role(out);
  writer.content_text(out, "x");
  writer.finish(out, FinishReason::stop);
  for (const auto& value : events(out)) EXPECT_EQ(value.at("choices").at(0).at("index"), 1);
}

TEST(Chunks, KeepAlivesAreComments) {
  std::string out;
  ChunkWriter::comment(out, "keep-alive");
  EXPECT_EQ(out, ": keep-alive\n\n");
}

}  // namespace
}  // namespace lmbridge::openai
