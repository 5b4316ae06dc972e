#include "arena/record_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::arena {
namespace {

using testing::ElementsAre;

void pull(RecordDecoder& decoder, std::vector<std::string>& records) {
  while (const auto record = decoder.next()) {
    records.push_back(std::string{record->participant, record->kind, '|'} +
                      std::string(record->json));
  }
}

std::vector<std::string> decode(std::string_view stream, std::size_t piece) {
  RecordDecoder decoder;
  std::vector<std::string> records;
  for (std::size_t i = 0; i < stream.size(); i += piece) {
    decoder.feed(stream.substr(i, piece));
    pull(decoder, records);
  }
  decoder.finish();
  pull(decoder, records);
  return records;
}

TEST(RecordDecoder, RecordsComeOutTheSameWhateverTheSizeOfThePieces) {
  const std::string stream =
      "a0:\"Hi \xf0\x9f\x98\x80 \xe4\xb8\xad\"\r\n\n\r\nb2:[{\"type\":\"heartbeat\"}]\nad:{}";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    EXPECT_THAT(decode(stream, piece), ElementsAre("a0|\"Hi \xf0\x9f\x98\x80 \xe4\xb8\xad\"",
                                                   "b2|[{\"type\":\"heartbeat\"}]", "ad|{}"));
  }
}

TEST(RecordDecoder, TheLastLineNeedsNoLineEndOnceTheStreamHasFinished) {
  RecordDecoder decoder;
  decoder.feed("a0:\"x\"");
  EXPECT_FALSE(decoder.next());
  decoder.finish();
  const auto record = decoder.next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->json, "\"x\"");
  EXPECT_FALSE(decoder.next());
}

TEST(RecordDecoder, LinesThatAreNoRecordsAreCountedAndPassedOver) {
  RecordDecoder decoder;
  decoder.feed(
      "data: {\"a\":1}\n: comment\nid:5\nevent: x\n0:\"old\"\nA0:\"x\"\nc0:\"x\"\na0\na0:\n"
      "a-:1\n<html>\n\n\r\n   \n a0:\"indented\"\nag: \"spaced\" \n");
  const auto record = decoder.next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->kind, 'g');
  EXPECT_EQ(record->json, "\"spaced\"");
  EXPECT_FALSE(decoder.next());
  EXPECT_EQ(decoder.other_lines(), 12U);
  EXPECT_EQ(decoder.records(), 1U);
}

TEST(RecordDecoder, LinesOfBlanksAreNothing) {
  RecordDecoder decoder;
  decoder.feed("\n\r\n \t\n\r\r\r\n \r \r\n");
  EXPECT_FALSE(decoder.next());
  EXPECT_EQ(decoder.other_lines(), 0U);
}

TEST(RecordDecoder, ALineOverTheLimitEndsTheStreamInsteadOfFillingMemory) {
  RecordDecoder decoder(10);
  decoder.feed("a0:\"12345\"\r\n");
  EXPECT_TRUE(decoder.next());
  decoder.feed("a0:\"123456\"");
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.line_too_long());
  decoder.feed("\na0:\"x\"\n");
  EXPECT_FALSE(decoder.next());
}

TEST(RecordDecoder, TheLimitDoesNotDependOnWhereALineWasCut) {
  for (const std::size_t piece : {1U, 3U, 10U, 100U}) {
    for (const std::string line_end : {"\n", "\r\n", ""}) {
      RecordDecoder decoder(10);
      const auto stream = "a0:\"12345\"" + line_end;
      std::vector<std::string> records;
      for (std::size_t i = 0; i < stream.size(); i += piece) {
        decoder.feed(std::string_view(stream).substr(i, piece));
        pull(decoder, records);
      }
      decoder.finish();
      pull(decoder, records);
      EXPECT_EQ(records.size(), 1U);
      EXPECT_FALSE(decoder.line_too_long());
    }
  }
}

TEST(RecordDecoder, RecordsThatAreNotPulledAtOnceStayInOrder) {
  RecordDecoder decoder;
  std::vector<std::string> records;
  for (int i = 0; i < 100; ++i) {
    decoder.feed("a0:" + std::to_string(i) + "\na0:x\n");
    const auto record = decoder.next();
    ASSERT_TRUE(record);
    records.emplace_back(record->json);
  }
  pull(decoder, records);
  EXPECT_EQ(records.size(), 200U);
  EXPECT_EQ(records[198], "a0|99");
}

TEST(RecordDecoder, AfterTheEndNothingMoreIsTaken) {
  RecordDecoder decoder;
  decoder.finish();
  decoder.feed("a0:\"x\"\n");
  EXPECT_FALSE(decoder.next());
}

/// Ten times the bytes in small pieces must cost about ten times the time, not a hundred times.
TEST(RecordDecoder, ATenMegabyteLineInSmallPiecesTakesLinearTime) {
  const auto time_of = [](std::size_t bytes) {
    const std::string piece(1024, 'x');
    RecordDecoder decoder;
    const auto start = std::chrono::steady_clock::now();
    decoder.feed("a0:\"");
    for (std::size_t fed = 0; fed < bytes; fed += piece.size()) {
      decoder.feed(piece);
      EXPECT_FALSE(decoder.next());
    }
    decoder.feed("\"\n");
    EXPECT_TRUE(decoder.next());
    return std::chrono::steady_clock::now() - start;
  };
  // The quickest of each is the one that nothing else of the machine has slowed down.
  auto [small, large] = std::pair(time_of(1'000'000), time_of(10'000'000));
  for (int i = 0; i < 3; ++i) {
    small = std::min(small, time_of(1'000'000));
    large = std::min(large, time_of(10'000'000));
  }
  EXPECT_LT(large, 40 * small);
}

}  // namespace
}  // namespace lmbridge::arena
