// Whole streams, cut in every way that a network can think of.
#include "arena/json_literal.hpp"
#include "base/text.hpp"
#include "transcript.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

/// Every kind of record, with emoji, CJK, escapes, both line ends and no line end at the end.
const std::string everything =
    "af:{\"messageId\":\"m-1\"}\r\n"
    "ag:\"Let me think \xe2\x80\xa6 \\u4e2d\"\r\n"
    "a2:[{\"type\":\"heartbeat\"}]\n"
    "\n"
    "a0:\"Hello \xf0\x9f\x98\x80 \xe4\xb8\x96\xe7\x95\x8c \\ud83d\\ude00 \\\"q\\\" \\\\ \\n\"\n"
    "b0:\"someone else\"\n"
    "not a record at all: \xf0\x9f\x98\x80\r\n"
    "a2:[{\"type\":\"image\",\"image\":\"https://img/\xc3\xa9.png\"},{\"type\":\"x\"}]\r\n"
    "ac:{\"toolCallId\":\"t\",\"argsTextDelta\":\"{\\\"source\\\":{\\\"url\\\":\"}\n"
    "ac:{\"toolCallId\":\"t\",\"argsTextDelta\":\"\\\"https://c\\\"}}\"}\n"
    "a0:\"a0:\\\"look-alike\\\"\\ndata: [DONE]\"\n"
    "ae:{\"finishReason\":\"stop\",\"isContinued\":false}\n"
    "ad:{\"finishReason\":\"stop\",\"usage\":{\"promptTokens\":3,\"completionTokens\":4}}";

const std::vector<std::string> all_events = {
    "reasoning Let me think \xe2\x80\xa6 \xe4\xb8\xad",
    "heartbeat",
    "text Hello \xf0\x9f\x98\x80 \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x98\x80 \"q\" \\ \n",
    "image https://img/\xc3\xa9.png",
    "citation  <https://c>",
    "text a0:\"look-alike\"\ndata: [DONE]",
    "finish 0 3+4"};

std::vector<std::string> decode(std::string_view stream, const std::vector<std::size_t>& cuts) {
  static const Markers markers;
  AnswerDecoder decoder({}, markers);
  return transcript(decoder, stream, cuts);
}

TEST(AnswerStream, MeansTheSameWhenCutInTwoAtAnyByte) {
  for (std::size_t cut = 0; cut <= everything.size(); ++cut) {
    ASSERT_EQ(decode(everything, {cut}), all_events) << "cut at " << cut;
  }
}

TEST(AnswerStream, MeansTheSameByteByByte) {
  std::vector<std::size_t> cuts(everything.size());
  std::iota(cuts.begin(), cuts.end(), 0UL);
  EXPECT_EQ(decode(everything, cuts), all_events);
}

/// A text of random pieces, each of which is hard in its own way, and the literal for it.
std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> pieces = {"plain words ",
                                                  "\xe4\xb8\xad\xe6\x96\x87",
                                                  "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
                                                  "\"",
                                                  "\\",
                                                  "\n",
                                                  "\r\n",
                                                  "\t",
                                                  "a0:\"x\"\n",
                                                  "data: [DONE]\n\n",
                                                  "{\"error\":1}",
                                                  "\xe2\x80\xa8",
                                                  std::string(1, '\0'),
                                                  "hasArenaError is a word",
                                                  "<html>",
                                                  "\\ud83d",
                                                  "}"};
  std::string text;
  const auto count = 1 + random() % 12;
  for (unsigned i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
  return text;
}

TEST(AnswerStream, RandomTextsArriveUnchangedThroughRandomCuts) {
  std::mt19937 random(20260923);
  for (int round = 0; round < 300; ++round) {
    std::string stream;
    std::string sent;
    for (unsigned i = 0; i < 1 + random() % 20; ++i) {
      const auto text = random_text(random);
      sent += text;
      stream += "a0:";
      base::append_json_string(stream, text);
      stream += random() % 2 == 0 ? "\n" : "\r\n";
      if (random() % 4 == 0) stream += "b0:\"noise\"\n: noise\n\n";
    }
    std::set<std::size_t> cuts;
    for (unsigned i = 0; i < random() % 40; ++i) cuts.insert(random() % stream.size());
    std::string received;
    for (const auto& event : decode(stream, {cuts.begin(), cuts.end()})) {
      ASSERT_TRUE(event.starts_with("text ")) << event;
      received += event.substr(5);
    }
    ASSERT_EQ(received, sent);
  }
}

TEST(AnswerStream, EveryTextLiteralCanBeSplicedIntoAJsonDocument) {
  const Markers markers;
  AnswerDecoder decoder({}, markers);
  decoder.feed(everything);
  int texts = 0;
  while (const auto event = decoder.next()) {
    if (const auto* delta = std::get_if<TextDelta>(&*event)) {
      const auto document = "{\"content\":" + std::string(delta->literal) + "}";
      EXPECT_EQ(boost::json::parse(document).at("content").as_string(),
                decode_json_literal(delta->literal));
      ++texts;
    }
  }
  EXPECT_EQ(texts, 2);
}

TEST(AnswerStream, ATenMegabyteImageLineIsDecodedInLinearTime) {
  const Markers markers;
  AnswerDecoder decoder({}, markers);
  const std::string piece(64UL * 1024, 'A');
  std::vector<std::string> events;
  const auto start = std::chrono::steady_clock::now();
  decoder.feed("a2:[{\"type\":\"image\",\"image\":\"data:image/png;base64,");
  for (int i = 0; i < 160; ++i) {
    decoder.feed(piece);
    pull(decoder, events);
  }
  decoder.feed("\"}]\n");
  pull(decoder, events);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].size(),
            160 * piece.size() + std::string("image data:image/png;base64,").size());
}

}  // namespace
}  // namespace lmbridge::arena
