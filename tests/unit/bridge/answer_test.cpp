#include "bridge/answer.hpp"

#include "tests/unit/bridge/recording_host.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace lmbridge::bridge {
namespace {

using boost::asio::awaitable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string show(const arena::AnswerEvent& event) {
  struct Shower {
    std::string operator()(const arena::TextDelta& text) const { return std::string(text.literal); }
    std::string operator()(const arena::ReasoningDelta&) const { return "reasoning"; }
    std::string operator()(const arena::Image&) const { return "image"; }
    std::string operator()(const arena::Citation&) const { return "citation"; }
    std::string operator()(const arena::Finish&) const { return "finish"; }
    std::string operator()(const arena::Heartbeat&) const { return "heartbeat"; }
    std::string operator()(const arena::Failure& failure) const {
      return "failure " + std::string(base::name(failure.error.code));
    }
  };
  return std::visit(Shower{}, event);
}

class AnswerOfTheSite : public testing::Test {
 protected:
  AnswerOfTheSite() { begin(60s); }

  void begin(std::chrono::milliseconds silence_limit) {
    begin(Answer::Options{.decoder = {}, .silence_limit = silence_limit});
  }
  void begin(const Answer::Options& options) {
    answer.reset();
    auto owned = std::make_unique<Job>(7, host, news);
    job = owned.get();
    answer.emplace(std::move(owned), options, markers);
  }

  void head(int status, std::string content_type = "text/plain") {
    job->on_head({.status = status, .content_type = std::move(content_type), .retry_after = "12"});
  }
  void text(std::string_view text) { job->on_text(text, text.size()); }
  void fail(ErrorCode code) { job->finish(lmbridge::fail(code, "as the page said")); }

  /// What next() has now.
  std::vector<std::string> events() {
    std::vector<std::string> events;
    while (const auto event = answer->next()) {
      events.push_back(show(*event));
      if (const auto* failure = std::get_if<arena::Failure>(&*event)) last_error = failure->error;
    }
    return events;
  }

  boost::asio::io_context context{1};
  base::Condition news{context.get_executor()};
  arena::Markers markers;
  RecordingHost host;
  Job* job = nullptr;
  std::optional<Answer> answer;
  std::optional<Error> last_error;
};

constexpr std::string_view finish = "ad:{\"finishReason\":\"stop\"}\n";

TEST_F(AnswerOfTheSite, IsTextAndThenItsEnd) {
  head(200);
  text("a0:\"Hel\"\na0:\"lo\"\n");
  EXPECT_THAT(events(), ElementsAre("\"Hel\"", "\"lo\""));
  EXPECT_FALSE(answer->over());
  text("a0:\" again\"\n");
  text(finish);
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("\" again\"", "finish"));
  EXPECT_TRUE(answer->over());
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AnswerOfTheSite, MayBeCutAnywhere) {
  head(200);
  const std::string whole = "a0:\"one\"\na0:\"two\"\n" + std::string(finish);
  std::vector<std::string> seen;
  for (const char c : whole) {
    text(std::string(1, c));
    for (auto& event : events()) seen.push_back(std::move(event));
  }
  job->finish({});
  for (auto& event : events()) seen.push_back(std::move(event));
  EXPECT_THAT(seen, ElementsAre("\"one\"", "\"two\"", "finish"));
  EXPECT_TRUE(answer->over());
}

TEST_F(AnswerOfTheSite, NeedsNoLineEndAtItsEnd) {
  head(200);
  text("a0:\"one\"\nad:{\"finishReason\":\"stop\"}");
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("\"one\"", "finish"));
  EXPECT_TRUE(answer->over());
}

TEST_F(AnswerOfTheSite, ThatBreaksOffBehindTextIsIncomplete) {
  head(200);
  text("a0:\"half\"\n");
  fail(ErrorCode::network_error);
  EXPECT_THAT(events(), ElementsAre("\"half\"", "failure incomplete_answer"));
  EXPECT_TRUE(answer->over());
  EXPECT_THAT(describe_chain(*last_error), HasSubstr("as the page said"));
}

TEST_F(AnswerOfTheSite, ThatEndsBehindTextWithoutAFinishIsIncomplete) {
  head(200);
  text("a0:\"half\"\n");
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("\"half\"", "failure incomplete_answer"));
}

TEST_F(AnswerOfTheSite, ThatNeverBeganIsANetworkError) {
  fail(ErrorCode::network_error);
  EXPECT_THAT(events(), ElementsAre("failure network_error"));
  EXPECT_TRUE(answer->over());
}

TEST_F(AnswerOfTheSite, ThatHoldsNothingIsEmpty) {
  head(200);
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("failure empty_response"));
}

TEST_F(AnswerOfTheSite, WithARefusingStatusIsReadToItsEndAndThenClassified) {
  head(429, "application/json");
  text("{\"error\":\"Too ");
  EXPECT_THAT(events(), IsEmpty());
  text("Many Requests\"}");
  EXPECT_THAT(events(), IsEmpty());
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("failure rate_limited"));
  EXPECT_EQ(last_error->retry_after_seconds, 12);
}

TEST_F(AnswerOfTheSite, WithARefusingStatusIsNeverTakenForAnAnswer) {
  head(500);
  text("a0:\"not an answer\"\n" + std::string(finish));
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("failure site_unavailable"));
}

TEST_F(AnswerOfTheSite, OfAChallengePageAsksForAHuman) {
  head(403, "text/html");
  text("<!DOCTYPE html><html><head><title>Just a moment...</title></head>");
  text(std::string(100'000, 'x'));
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("failure verification_required"));
}

TEST_F(AnswerOfTheSite, ThatIsRedirectedTellsThatTheSiteMoved) {
  fail(ErrorCode::site_moved);
  EXPECT_THAT(events(), ElementsAre("failure site_moved"));
}

TEST_F(AnswerOfTheSite, WhatTheBrowserDidIsPassedOnAsItIs) {
  for (const auto code :
       {ErrorCode::page_gone, ErrorCode::browser_gone, ErrorCode::shutting_down}) {
    for (const bool with_text : {false, true}) {
      begin(60s);
      if (with_text) {
        head(200);
        text("a0:\"half\"\n");
        EXPECT_THAT(events(), ElementsAre("\"half\""));
      }
      fail(code);
      EXPECT_THAT(events(), ElementsAre("failure " + std::string(base::name(code))));
      EXPECT_EQ(last_error->message, "as the page said");
    }
  }
}

TEST_F(AnswerOfTheSite, BehindAnErrorRecordNothingComes) {
  head(200);
  text("a0:\"one\"\na3:\"it broke\"\na0:\"two\"\n" + std::string(finish));
  EXPECT_THAT(events(), ElementsAre("\"one\"", "failure site_error"));
  EXPECT_TRUE(answer->over());
  job->finish({});
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AnswerOfTheSite, ThatStaysSilentForTooLongTimesOut) {
  const auto start = Clock::now();
  begin(40ms);
  test::run(context, [&]() -> awaitable<void> {
    while (!answer->over()) {
      co_await news.wait_until(answer->wake_at());
      events();
    }
    EXPECT_GE(Clock::now() - start, 40ms);
    EXPECT_LT(Clock::now() - start, 2s);
    test::require(last_error.has_value(), "an error");
    EXPECT_EQ(last_error->code, ErrorCode::upstream_timeout);
  }());
}

TEST_F(AnswerOfTheSite, IsJudgedByWhetherItAsksForAHuman) {
  head(200);
  text("a0:\"fine\"\na0:\" still\"\n");
  events();
  EXPECT_THAT(host.judged, ElementsAre("answered")) << "once";

  for (const auto& [status, body, judgement] :
       {std::tuple{403, "<title>Just a moment...</title>", "verification_required"},
        std::tuple{401, "{\"error\":\"no\"}", "sign_in_required"},
        std::tuple{400, "{\"error\":\"nonsense\"}", "answered"}}) {
    begin(60s);
    host.judged.clear();
    head(status, *body == '<' ? "text/html" : "application/json");
    text(body);
    job->finish({});
    events();
    EXPECT_THAT(host.judged, ElementsAre(judgement));
  }
}

TEST_F(AnswerOfTheSite, TellsNothingOfThePageWhenTheSiteHasTooMuchToDo) {
  for (const int status : {429, 500, 503}) {
    begin(60s);
    head(status, "application/json");
    text("{\"error\":\"later\"}");
    job->finish({});
    EXPECT_EQ(events().size(), 1U);
    EXPECT_THAT(host.judged, IsEmpty()) << status;
  }
}

TEST_F(AnswerOfTheSite, IsNotJudgedWhenThePageWasLostOrTheNetworkFailed) {
  for (const auto code : {ErrorCode::page_gone, ErrorCode::network_error}) {
    begin(60s);
    fail(code);
    events();
    EXPECT_THAT(host.judged, IsEmpty());
  }
}

TEST_F(AnswerOfTheSite, WithoutAFinishIsWholeWhereNoneIsRequiredAndTheBodyEndedProperly) {
  begin(Answer::Options{.decoder = {}, .finish_required = false});
  head(200);
  text("a0:\"all\"\n");
  job->finish({});
  EXPECT_THAT(events(), ElementsAre("\"all\""));
  EXPECT_TRUE(answer->over());
}

TEST_F(AnswerOfTheSite, ThatIsCutOffIsIncompleteEvenWhereNoFinishIsRequired) {
  begin(Answer::Options{.decoder = {}, .finish_required = false});
  head(200);
  text("a0:\"half\"\n");
  fail(ErrorCode::network_error);
  EXPECT_THAT(events(), ElementsAre("\"half\"", "failure incomplete_answer"));
}

TEST_F(AnswerOfTheSite, EveryWordEvenAHeartbeatStartsTheSilenceAnew) {
  begin(400ms);
  head(200);
  test::run(context, [&]() -> awaitable<void> {
    const auto start = Clock::now();
    while (Clock::now() - start < 600ms) {
      text("a2:[{\"type\":\"heartbeat\"}]\n");
      co_await news.wait_until(answer->wake_at());
      events();
      co_await news.wait_until(Clock::now() + 20ms);  // nothing comes
    }
    EXPECT_FALSE(answer->over());
  }());
}

TEST_F(AnswerOfTheSite, WhoseBodyStaysOpenBehindItsFinishEndsAfterAGrace) {
  head(200);
  text("a0:\"all\"\n" + std::string(finish));
  test::run(context, [&]() -> awaitable<void> {
    EXPECT_THAT(events(), ElementsAre("\"all\"", "finish"));
    EXPECT_FALSE(answer->over());
    const auto start = Clock::now();
    while (!answer->over()) {
      co_await news.wait_until(answer->wake_at());
      EXPECT_THAT(events(), IsEmpty());
    }
    EXPECT_GE(Clock::now() - start, 1s);
    EXPECT_LT(Clock::now() - start, 10s);
    answer.reset();
    EXPECT_THAT(host.left, ElementsAre("7 running")) << "the page must stop reading";
  }());
}

TEST_F(AnswerOfTheSite, LetsThePageReadOnOnlyWhenItsEventsHaveBeenPassedOn) {
  head(200);
  const auto line = "a0:\"" + std::string(1000, 'x') + "\"\n";
  for (std::size_t come = 0; come < job_credit; come += line.size()) text(line);
  events();
  EXPECT_THAT(host.granted, IsEmpty());
  answer->acknowledge();
  EXPECT_EQ(host.granted.size(), 1U);
}

TEST_F(AnswerOfTheSite, ThatNobodyWantsAnyMoreIsStoppedInThePage) {
  head(200);
  text("a0:\"one\"\n");
  events();
  answer.reset();
  EXPECT_THAT(host.left, ElementsAre("7 running"));
}

}  // namespace
}  // namespace lmbridge::bridge
