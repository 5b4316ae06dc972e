#include "openai/chunk_batch.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::openai {
namespace {

class Batches : public testing::Test {
 protected:
  /// The content of each chunk that was written.
  std::vector<std::string> contents() const {
    std::vector<std::string> contents;
    for (std::size_t at = 0; at < out.size();) {
      const auto end = out.find("\n\n", at);
      const auto event = std::string_view(out).substr(at + 6, end - at - 6);
      contents.emplace_back(boost::json::value_to<std::string>(
          boost::json::parse(event).at("choices").at(0).at("delta").at("content")));
      at = end + 2;
    }
    return contents;
  }

  ChunkWriter chunks{{.id = "chatcmpl-1", .model = "m", .created = 1, .include_usage = false}};
  std::string out;
};

TEST_F(Batches, EachOfAFewPiecesIsAChunkOfItsOwn) {
  ChunkBatch batch(chunks, out);
  for (int i = 0; i < ChunkBatch::chunks_a_turn; ++i) batch.content_literal("\"x\"");
  batch.finish();
  EXPECT_EQ(contents(), std::vector<std::string>(ChunkBatch::chunks_a_turn, "x"));
}

TEST_F(Batches, ManyPiecesAtOnceAreJoinedWithoutAnythingLostOrReordered) {
  ChunkBatch batch(chunks, out);
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    batch.content_literal(fmt::format("\"{} \\\"\\u00e9\\n\xe4\xb8\xad\"", i));
    expected += fmt::format("{} \"\xc3\xa9\n\xe4\xb8\xad", i);
  }
  batch.finish();
  const auto written = contents();
  std::string joined;
  for (const auto& content : written) joined += content;
  EXPECT_EQ(joined, expected);
  EXPECT_LT(written.size(), 300U);
}

TEST_F(Batches, TextThatIsNoPieceKeepsItsPlace) {
  ChunkBatch batch(chunks, out);
  for (int i = 0; i < ChunkBatch::chunks_a_turn; ++i) batch.content_literal("\"x\"");
  batch.content_literal("\"a\"");
  batch.content_literal("\"b\"");
  batch.content_text("![image](u)");
  batch.content_literal("\"c\"");
  batch.finish();
  const auto written = contents();
  const std::vector<std::string> last(written.end() - 3, written.end());
  EXPECT_EQ(last, (std::vector<std::string>{"ab", "![image](u)", "c"}));
}

TEST_F(Batches, ReasoningAndContentAreJoinedApartAndInOrder) {
  ChunkBatch batch(chunks, out);
  for (int i = 0; i < ChunkBatch::chunks_a_turn; ++i) batch.content_literal("\"x\"");
  out.clear();
  batch.reasoning_literal("\"a\"");
  batch.reasoning_literal("\"b\"");
  batch.content_literal("\"c\"");
  batch.finish();
  const auto reasoning = out.find(R"({"content":"","reasoning_content":"ab"})");
  const auto content = out.find(R"({"content":"c"})");
  ASSERT_NE(reasoning, std::string::npos) << out;
  ASSERT_NE(content, std::string::npos) << out;
  EXPECT_LT(reasoning, content);
}

TEST_F(Batches, TheNextTurnHasChunksOfItsOwnAgain) {
  ChunkBatch batch(chunks, out);
  for (int i = 0; i < 2 * ChunkBatch::chunks_a_turn; ++i) batch.content_literal("\"x\"");
  batch.finish();
  out.clear();
  batch.content_literal("\"a\"");
  batch.content_literal("\"b\"");
  batch.finish();
  EXPECT_EQ(contents(), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace lmbridge::openai
