#include "arena/answer_decoder.hpp"

#include "transcript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Case {
  std::string stream;
  std::vector<std::string> events;
};

void PrintTo(const Case& example, std::ostream* out) {
  *out << example.stream;
}

class EachRecord : public testing::TestWithParam<Case> {};

TEST_P(EachRecord, MeansWhatTheProtocolSays) {
  EXPECT_EQ(transcript(GetParam().stream), GetParam().events);
}

INSTANTIATE_TEST_SUITE_P(
    Contents, EachRecord,
    testing::Values(Case{R"(a0:"Hello")", {"text Hello"}}, Case{R"(b0:"Hello")", {"text Hello"}},
                    Case{R"(a0:"")", {"heartbeat"}},
                    Case{R"(ag:"hm \u4e2d")", {"reasoning hm \xe4\xb8\xad"}},
                    Case{R"(ag:"")", {"heartbeat"}}, Case{R"(af:{"messageId":"x"})", {}},
                    Case{R"(a2:[{"type":"heartbeat"}])", {"heartbeat"}},
                    Case{R"(a2:[{"type":"image","image":"https://x/\u0031.png"},{"type":"news"},)"
                         R"({"type":"image","image":"https://x/2.png"},{"type":"heartbeat"},7])",
                         {"image https://x/1.png", "image https://x/2.png", "heartbeat"}},
                    Case{R"(a2:[{"type":"image"},{"type":"image","image":""}])", {}},
                    Case{R"(a2:[])", {}}, Case{R"(a2:{"type":"image","image":"https://x"})", {}},
                    Case{"ah:{\"url\":1}\nak:5\na9:[]\naz:{", {}}));

INSTANTIATE_TEST_SUITE_P(
    Finishes, EachRecord,
    testing::Values(
        Case{R"(ad:{"finishReason":"stop"})", {"finish 0"}},
        Case{R"(ad:{"finishReason":"length"})", {"finish 1"}},
        Case{R"(ad:{"finishReason":"content-filter"})", {"finish 2"}},
        Case{R"(ad:{"finishReason":"tool-calls"})", {"finish 3"}},
        Case{R"(ad:{"finishReason":"error"})", {"finish 4"}},
        Case{R"(ad:{"finishReason":"other"})", {"finish 5"}},
        Case{R"(ad:{"finishReason":"unknown"})", {"finish 6"}},
        Case{R"(ad:{"finishReason":"tired"})", {"finish 6"}}, Case{R"(ad:{})", {"finish 6"}},
        Case{R"(ad:{"finishReason":"stop","usage":{"promptTokens":7,"completionTokens":9}})",
             {"finish 0 7+9"}},
        Case{R"(ad:{"finishReason":"stop","usage":{"inputTokens":7.0,"outputTokens":0}})",
             {"finish 0 7+0"}},
        Case{R"(ad:{"finishReason":"stop","usage":{"promptTokens":null,"completionTokens":9}})",
             {"finish 0"}},
        Case{R"(ad:{"finishReason":"stop","usage":{"promptTokens":-1,"completionTokens":9}})",
             {"finish 0"}},
        Case{R"(ad:{"finishReason":"stop","usage":"none"})", {"finish 0"}},
        Case{"ae:{\"finishReason\":\"stop\",\"isContinued\":false}\nad:{\"finishReason\":\"stop\"}",
             {"finish 0"}}));

INSTANTIATE_TEST_SUITE_P(
    Failures, EachRecord,
    testing::Values(
        Case{R"(a3:"An error occurred.")", {"failure site_error"}},
        Case{R"(a3:"{\"error\":\"moderation_blocked\"}")", {"failure content_blocked"}},
        Case{R"(a3:{"error":"prompt failed"})", {"failure content_blocked"}},
        Case{R"(a3:"recaptcha validation failed")", {"failure verification_required"}},
        Case{R"(a3:"Rate limit exceeded")", {"failure rate_limited"}},
        Case{R"(ae:{"message":"model is down"})", {"failure site_error"}},
        Case{R"(ae:{"message":"no","reason":"moderation_blocked"})", {"failure content_blocked"}},
        Case{R"(ae:{"message":null,"finishReason":"stop"})", {}},
        Case{R"(a0:"hasArenaError")", {"failure site_error"}},
        Case{R"(a0:" hasArenaError\n")", {"failure site_error"}},
        Case{R"(a0:"{\"hasArenaError\":true}")", {"failure site_error"}},
        Case{"a0:\"the word\"\na0:\" hasArenaError\"", {"text the word", "text  hasArenaError"}},
        Case{R"(a0:"\u007b\u0022\u0068asArenaError\u0022:1}")", {"failure site_error"}},
        Case{R"(a0:"so {\"m\":{\"x\":\"{\"}, \"hasArenaError\": true, \"e\":\"prompt failed\"} ")",
             {"failure content_blocked"}},
        Case{R"(a0:{"text":"x"})", {"failure site_changed"}},
        Case{R"(a0:"\ud83d")", {"failure site_changed"}}, Case{R"(a0: )", {"failure site_changed"}},
        Case{R"(ag:5)", {"failure site_changed"}},
        Case{R"(a2:[{"type":)", {"failure site_changed"}},
        Case{R"(ad:"stop")", {"failure site_changed"}},
        Case{"a3:\"x\"\na0:\"after\"\nad:{}", {"failure site_error"}}));

INSTANTIATE_TEST_SUITE_P(
    LookAlikes, EachRecord,
    testing::Values(
        Case{R"(a0:"a0:\"x\"\nad:{\"finishReason\":\"stop\"}\n")",
             {"text a0:\"x\"\nad:{\"finishReason\":\"stop\"}\n"}},
        Case{R"(a0:"data: [DONE]\n\n")", {"text data: [DONE]\n\n"}},
        Case{R"(a0:"The word hasArenaError marks errors")",
             {"text The word hasArenaError marks errors"}},
        Case{R"(a0:"if (\"hasArenaError\" in x) { return {a:1}; }")",
             {"text if (\"hasArenaError\" in x) { return {a:1}; }"}},
        Case{R"(a0:"{\"hasArenaError\":false}")", {"text {\"hasArenaError\":false}"}},
        Case{R"(a0:"{\"error\":\"prompt failed\"}")", {"text {\"error\":\"prompt failed\"}"}},
        Case{R"(a0:"<title>Just a moment...</title>")", {"text <title>Just a moment...</title>"}},
        Case{"data: {\"x\":1}\n\n: ping\nevent: end\na0:\"x\"\nid:3\n", {"text x"}}));

INSTANTIATE_TEST_SUITE_P(
    Citations, EachRecord,
    testing::Values(
        Case{
            "ac:{\"toolCallId\":\"1\",\"argsTextDelta\":\"{\\\"source\\\":{\\\"title\\\":\\\"T\"}\n"
            "ac:{\"toolCallId\":\"2\",\"argsTextDelta\":\"{\\\"query\\\":\\\"q\\\"}\"}\n"
            "ac:{\"toolCallId\":\"1\",\"argsTextDelta\":\"1\\\",\\\"url\\\":\\\"https://t\\\"}}\"}",
            {"citation T1 <https://t>"}},
        Case{
            R"(ac:{"argsTextDelta":"{\"source\":[{\"title\":\"A\"},{\"url\":\"https://b\"},{},7]}"})",
            {"citation A <>", "citation  <https://b>"}},
        Case{R"(ac:{"argsTextDelta":"{\"source\":\"https://c\"} {\"source\":{\"url\":\"d\"}}"})",
             {"citation  <https://c>", "citation  <d>"}},
        Case{"ac:{\"toolCallId\":\"1\",\"argsTextDelta\":\"no json\"}\nac:{}\nac:7\nac:{", {}}));

TEST(AnswerDecoder, InDirectModeTheFirstToSpeakGivesTheAnswer) {
  EXPECT_THAT(transcript("b2:[{\"type\":\"heartbeat\"}]\nbf:{}\naf:{}\na0:\"mine\"\nb0:\"other\"\n"
                         "bd:{\"finishReason\":\"error\"}\nad:{\"finishReason\":\"stop\"}\n"),
              ElementsAre("heartbeat", "text mine", "finish 0"));
}

TEST(AnswerDecoder, InBattleModeOnlyTheTargetIsHeard) {
  const std::string stream =
      "a0:\"from a\"\nb0:\"from b\"\na3:\"a failed\"\nbd:{\"finishReason\":\"stop\"}\n";
  EXPECT_THAT(transcript(stream, {.mode = Mode::battle, .battle_target = 'b'}),
              ElementsAre("text from b", "finish 0"));
  EXPECT_THAT(transcript(stream, {.mode = Mode::battle, .battle_target = 'a'}),
              ElementsAre("text from a", "failure site_error"));
}

TEST(AnswerDecoder, NothingOfTheAnswerComesAfterItsFinish) {
  const Markers markers;
  AnswerDecoder decoder({}, markers);
  EXPECT_THAT(transcript(decoder, "a0:\"x\"\nad:{}\na0:\"late\"\nad:{}\na3:\"late\"\n"),
              ElementsAre("text x", "finish 6"));
  EXPECT_EQ(decoder.skipped().late_records, 3U);
}

TEST(AnswerDecoder, KnowsWhetherThereWasContentAndAnEnd) {
  const Markers markers;
  const auto ending_of = [&markers](std::string_view stream) {
    AnswerDecoder decoder({}, markers);
    transcript(decoder, stream);
    return std::pair(decoder.has_content(), decoder.finished());
  };
  EXPECT_EQ(ending_of(""), std::pair(false, false));
  EXPECT_EQ(ending_of("af:{}\na2:[{\"type\":\"heartbeat\"}]\n"), std::pair(false, false));
  EXPECT_EQ(ending_of("ag:\"thinking\"\na0:\"\"\n"), std::pair(false, false));
  EXPECT_EQ(ending_of("a0:\"x\"\n"), std::pair(true, false));
  EXPECT_EQ(ending_of("a2:[{\"type\":\"image\",\"image\":\"u\"}]\nad:{}"), std::pair(true, true));
}

TEST(AnswerDecoder, WhatIsPassedOverIsCounted) {
  const Markers markers;
  AnswerDecoder decoder({}, markers);
  transcript(decoder,
             "junk\na0:\"x\"\nb0:\"y\"\nah:1\nah:2\nak:1\na2:[{\"type\":\"new\"}]\na2:7\nac:x\n");
  const auto skipped = decoder.skipped();
  EXPECT_EQ(skipped.other_lines, 1U);
  EXPECT_EQ(skipped.other_participants, 1U);
  EXPECT_EQ(skipped.unknown_records, 4U);
  EXPECT_EQ(skipped.unknown_kinds, "hk2");
  EXPECT_EQ(skipped.malformed_records, 2U);
}

TEST(AnswerDecoder, AnInvalidTextIsReportedWithARedactedExcerpt) {
  const Markers markers;
  AnswerDecoder decoder({}, markers);
  decoder.feed("a0:{\"t\":\"odd\",\"user\":\"me@example.com\",\"html\":\"<b>x</b>\"}\n");
  const auto event = decoder.next();
  ASSERT_TRUE(event);
  const auto& error = std::get<Failure>(*event).error;
  EXPECT_EQ(error.code, ErrorCode::site_changed);
  EXPECT_THAT(error.message, HasSubstr("odd"));
  EXPECT_THAT(error.message, Not(HasSubstr("me@example.com")));
  EXPECT_THAT(error.message, Not(HasSubstr("<b>")));
  EXPECT_FALSE(decoder.next());
}

TEST(AnswerDecoder, ALineOverTheLimitFailsTheAnswer) {
  EXPECT_THAT(transcript("a0:\"ok\"\na0:\"0123456789\"\nad:{}\n", {.max_line = 10}),
              ElementsAre("text ok", "failure site_changed"));
}

TEST(AnswerDecoder, WebPagesAndJsonObjectsAreNoStreamButLeaveASample) {
  const Markers markers;
  for (const std::string body :
       {"\r\n<!DOCTYPE html>\n<title>Just a moment...</title>\na0:\"quoted\"\n",
        "{\"error\":\"recaptcha validation failed\"}", "upstream is gone\n"}) {
    AnswerDecoder decoder({}, markers);
    EXPECT_THAT(transcript(decoder, body), IsEmpty());
    EXPECT_EQ(decoder.sample(), body);
  }
}

TEST(AnswerDecoder, TheSampleIsBoundedAndGoneOnceARecordHasCome) {
  const Markers markers;
  AnswerDecoder decoder({}, markers);
  decoder.feed(std::string(3000, 'x'));
  decoder.feed(std::string(3000, 'y'));
  EXPECT_EQ(decoder.sample(), std::string(3000, 'x') + std::string(1096, 'y'));
  decoder.feed("\na0:\"x\"\n");
  EXPECT_TRUE(decoder.next());
  EXPECT_EQ(decoder.sample(), "");
  decoder.feed("<html>");
  EXPECT_EQ(decoder.sample(), "");
}

}  // namespace
}  // namespace lmbridge::arena
