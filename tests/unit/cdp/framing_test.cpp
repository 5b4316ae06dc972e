#include "cdp/framing.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp {
namespace {

using std::string_literals::operator""s;

/// Feeds `stream` in pieces of `piece` bytes and collects the messages.
std::vector<std::string> decode(FrameDecoder& decoder, std::string_view stream, std::size_t piece) {
  std::vector<std::string> messages;
  while (!stream.empty()) {
    const auto size = std::min(piece, stream.size());
    const auto room = decoder.prepare(size);
    EXPECT_GE(room.size(), size);
    std::memcpy(room.data(), stream.data(), size);
    decoder.commit(size);
    stream.remove_prefix(size);
    for (;;) {
      const auto message = decoder.next();
      EXPECT_TRUE(message);
      if (!message || !*message) break;
      messages.emplace_back(**message);
    }
  }
  return messages;
}

TEST(Framing, AnySplitGivesTheSameMessages) {
  const auto stream = "{\"id\":1}\0\0{\"method\":\"a\"}\0x\0"s + std::string(700, 'y') + '\0';
  const std::vector<std::string> expected{"{\"id\":1}", "", "{\"method\":\"a\"}", "x",
                                          std::string(700, 'y')};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameDecoder decoder;
    EXPECT_EQ(decode(decoder, stream, piece), expected) << "pieces of " << piece;
    EXPECT_EQ(decoder.buffered(), 0U);
  }
}

TEST(Framing, ManyMessagesOfOneReadComeOutInOrder) {
  std::string stream;
  for (int i = 0; i < 50'000; ++i) stream += std::to_string(i) + '\0';
  FrameDecoder decoder;
  const auto messages = decode(decoder, stream, stream.size());
  ASSERT_EQ(messages.size(), 50'000U);
  for (std::size_t i = 0; i < messages.size(); ++i) ASSERT_EQ(messages[i], std::to_string(i));
}

TEST(Framing, AnIncompleteMessageWaitsForItsRest) {
  FrameDecoder decoder;
  EXPECT_TRUE(decode(decoder, "half a mess", 4).empty());
  EXPECT_EQ(decoder.buffered(), 11U);
  EXPECT_EQ(decode(decoder, "age\0"s, 4), std::vector<std::string>{"half a message"});
}

TEST(Framing, AMessageOfManyMegabytesArrivesWhole) {
  std::string message(12UL * 1024 * 1024, 'm');
  message.replace(0, 5, "start");
  message.replace(message.size() - 3, 3, "end");
  FrameDecoder decoder;
  const auto messages = decode(decoder, "before\0"s + message + "\0after\0"s, 64UL * 1024);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0], "before");
  EXPECT_EQ(messages[1], message);
  EXPECT_EQ(messages[2], "after");
}

TEST(Framing, MemoryOfAHugeMessageIsGivenBack) {
  FrameDecoder decoder;
  const std::string huge = std::string(16UL * 1024 * 1024, 'h') + '\0';
  ASSERT_EQ(decode(decoder, huge, 256UL * 1024).size(), 1U);
  EXPECT_LT(decoder.prepare(4096).size(), 1024UL * 1024);
}

TEST(Framing, SmallMessagesDoNotMakeTheBufferGrow) {
  FrameDecoder decoder;
  std::string stream;
  for (int i = 0; i < 10'000; ++i) stream += "a message that is not long\0"s;
  // Pieces that never end where a message ends, so that something is always left over.
  ASSERT_EQ(decode(decoder, stream, 1000).size(), 10'000U);
  EXPECT_LT(decoder.prepare(1000).size(), 64UL * 1024);
}

TEST(Framing, AMessageOverTheLimitIsAnErrorHoweverItIsSplit) {
  const auto stream = std::string(11, 'x') + '\0';
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameDecoder decoder(10);
    bool refused = false;
    for (std::size_t at = 0; at < stream.size() && !refused; at += piece) {
      const auto part = std::string_view(stream).substr(at, piece);
      std::memcpy(decoder.prepare(part.size()).data(), part.data(), part.size());
      decoder.commit(part.size());
      const auto message = decoder.next();
      refused = !message;
      if (refused) EXPECT_EQ(message.error().code, ErrorCode::browser_gone);
    }
    EXPECT_TRUE(refused) << "pieces of " << piece;
    EXPECT_FALSE(decoder.next()) << "a stream that was refused stays refused";
  }
}

TEST(Framing, AMessageOfExactlyTheLimitPasses) {
  for (const std::size_t piece : {1UL, 3UL, 11UL}) {
    FrameDecoder decoder(10);
    EXPECT_EQ(decode(decoder, std::string(10, 'x') + '\0', piece).size(), 1U);
  }
}

/// How long one message of `size` bytes takes in small pieces.
std::chrono::duration<double> time_for(std::size_t size) {
  const auto stream = std::string(size, 'z') + '\0';
  const auto start = std::chrono::steady_clock::now();
  FrameDecoder decoder;
  EXPECT_EQ(decode(decoder, stream, 1024).size(), 1U);
  return std::chrono::steady_clock::now() - start;
}

TEST(Framing, TimeGrowsWithTheLengthNotWithItsSquare) {
  const auto small = time_for(4UL * 1024 * 1024);
  const auto large = time_for(32UL * 1024 * 1024);
  // 8 times the bytes, with room for a busy machine. Rescanning or copying the message at each of
  // its 32,768 reads would be half a terabyte of work.
  EXPECT_LT(large.count(), small.count() * 8 + 2)
      << small.count() << " s, " << large.count() << " s";
}

}  // namespace
}  // namespace lmbridge::cdp
