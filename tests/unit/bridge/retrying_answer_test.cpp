#include "bridge/retrying_answer.hpp"

#include "tests/unit/bridge/fake_admission.hpp"
#include "tests/unit/bridge/recording_host.hpp"
#include "tests/unit/coroutine_test.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <thread>

namespace lmbridge::bridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::string_view finish = "ad:{\"finishReason\":\"stop\"}\n";

class FakeQuestion final : public Question {
 public:
  Result<Order> order() override { return Order(); }
  [[nodiscard]] arena::AnswerDecoder::Options decoder() const override { return {}; }
  std::optional<std::chrono::milliseconds> note_failure(const Error& error) override {
    failures.emplace_back(base::name(error.code));
    return session_in;
  }
  void note_answer() override { ++answered; }
  void release() override { ++released; }

  std::vector<std::string> failures;
  std::optional<std::chrono::milliseconds> session_in;
  int answered = 0;
  int released = 0;
};

class AnswerThatIsAskedForAgain : public testing::Test {
 protected:
  AnswerThatIsAskedForAgain() {
    options.recovery.hold_limit = 10s;
    options.empty_retry = {.max_retries = 1, .base_delay = 100ms};
  }

  void ask() {
    answer = std::make_unique<RetryingAnswer>(admission, question, news, TicketHolder(), options,
                                              markers);
  }
  /// The page takes the request.
  void begin() {
    ASSERT_NE(admission.waiting, nullptr);
    auto owned = std::make_unique<Job>(++jobs, host, news);
    job = owned.get();
    std::exchange(admission.waiting, nullptr)->settle(std::move(owned));
  }
  void text(std::string_view text) {
    job->on_head({.status = 200, .content_type = "text/plain", .retry_after = {}});
    job->on_text(text, text.size());
  }
  void end() { job->finish({}); }
  void lose() { job->finish(fail(ErrorCode::page_gone, "the page was reloaded")); }

  std::vector<std::string> events() {
    std::vector<std::string> events;
    while (const auto event = answer->next()) {
      if (const auto* retry = std::get_if<Retry>(&*event)) {
        events.push_back("retry " + std::string(base::name(retry->reason.code)));
        continue;
      }
      const auto& of_site = std::get<arena::AnswerEvent>(*event);
      if (const auto* piece = std::get_if<arena::TextDelta>(&of_site)) {
        events.emplace_back(piece->literal);
      } else if (const auto* failure = std::get_if<arena::Failure>(&of_site)) {
        events.push_back("failure " + std::string(base::name(failure->error.code)));
        message = failure->error.message;
        retry_after_seconds = failure->error.retry_after_seconds;
      } else {
        events.emplace_back("other");
      }
    }
    return events;
  }

  /// Whether somebody who waits for news is woken at once.
  bool has_news() {
    const auto begun = std::chrono::steady_clock::now();
    test::run(context, news.wait_until(begun + 5s));
    return std::chrono::steady_clock::now() < begun + 2s;
  }

  boost::asio::io_context context{1};
  base::Condition news{context.get_executor()};
  arena::Markers markers;
  RecordingHost host;
  FakeAdmission admission;
  FakeQuestion question;
  RetryingAnswer::Options options;
  std::unique_ptr<RetryingAnswer> answer;
  Job* job = nullptr;
  JobId jobs = 0;
  std::string message;
  int retry_after_seconds = -1;
};

TEST_F(AnswerThatIsAskedForAgain, WaitsForAPlaceAndThenGivesWhatComes) {
  ask();
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(answer->place(), 3U);
  begin();
  text("a0:\"one\"\n");
  EXPECT_THAT(events(), ElementsAre("\"one\""));
  EXPECT_EQ(answer->place(), 0U);
  text(finish);
  end();
  EXPECT_THAT(events(), ElementsAre("other"));
  EXPECT_TRUE(answer->over());
  EXPECT_GE(question.released, 1);
}

TEST_F(AnswerThatIsAskedForAgain, TakesBackWhatItGaveWhenThePageIsLostAndNothingWasPassedOn) {
  ask();
  begin();
  text("a0:\"half\"\n");
  EXPECT_THAT(events(), ElementsAre("\"half\""));
  lose();
  EXPECT_THAT(events(), ElementsAre("retry page_gone"));
  EXPECT_THAT(admission.arrivals, ElementsAre("first", "again"));
  begin();
  text("a0:\"whole\"\n");
  EXPECT_THAT(events(), ElementsAre("\"whole\""));
  EXPECT_EQ(answer->retries(), 1U);
}

TEST_F(AnswerThatIsAskedForAgain, FailsWhenThePageIsLostAfterSomethingWasPassedOn) {
  ask();
  begin();
  text("a0:\"half\"\n");
  events();
  answer->commit();
  lose();
  EXPECT_THAT(events(), ElementsAre("failure page_gone"));
  EXPECT_TRUE(answer->over());
  EXPECT_THAT(admission.arrivals, ElementsAre("first"));
}

TEST_F(AnswerThatIsAskedForAgain, IsAskedForAgainWhenItIsEmptyAsOftenAsConfigured) {
  ask();
  for (int tries = 0; tries < 2; ++tries) {
    begin();
    text(finish);
    end();
    const auto heard = events();
    if (tries == 1) {
      EXPECT_EQ(heard.back(), "failure empty_response");
      break;
    }
    EXPECT_EQ(heard.back(), "retry empty_response");
    std::this_thread::sleep_until(answer->wake_at());
    events();
  }
  EXPECT_THAT(question.failures, ElementsAre("empty_response", "empty_response"));
}

TEST_F(AnswerThatIsAskedForAgain, TellsItsQuestionOnceWhenTheModelSpeaks) {
  ask();
  begin();
  events();
  EXPECT_EQ(question.answered, 0);
  text("a0:\"x\"\n");
  events();
  EXPECT_EQ(question.answered, 1);
  text("a0:\"y\"\n");
  text(finish);
  end();
  events();
  EXPECT_EQ(question.answered, 1);
  EXPECT_THAT(question.failures, IsEmpty());
}

TEST_F(AnswerThatIsAskedForAgain, FailsWithTheReasonWhenItHasWaitedTooLong) {
  options.recovery.hold_limit = 300ms;
  ask();
  EXPECT_THAT(events(), IsEmpty());
  const auto wake_at = answer->wake_at();
  std::this_thread::sleep_until(wake_at);
  EXPECT_THAT(events(), ElementsAre("failure page_not_ready"));
  EXPECT_EQ(message, "there is no page");
  EXPECT_EQ(admission.waiting, nullptr) << "it has left the line";
}

TEST_F(AnswerThatIsAskedForAgain, FailsAtOnceWithoutAPageWhereRecoveryIsOff) {
  options.recovery.enabled = false;
  admission.serving = false;
  ask();
  EXPECT_THAT(events(), ElementsAre("failure page_not_ready"));
}

TEST_F(AnswerThatIsAskedForAgain, TellsAtOnceThatItHasFailedAlready) {
  options.recovery.enabled = false;
  admission.serving = false;
  ask();
  EXPECT_TRUE(has_news());
}

TEST_F(AnswerThatIsAskedForAgain, EndsItsPauseWhenTheDaemonShutsDown) {
  ask();
  begin();
  text(finish);
  end();
  EXPECT_EQ(events().back(), "retry empty_response");
  admission.closing = true;
  EXPECT_THAT(events(), ElementsAre("failure page_not_ready"));
  EXPECT_EQ(admission.remembered, 1) << "it is told of the shutdown";
  answer.reset();
  EXPECT_EQ(admission.remembered, 0);
}

TEST_F(AnswerThatIsAskedForAgain, WaitsUntilAnotherSessionServesAndSaysSoWhenThatIsTooLate) {
  question.session_in = 20s;
  ask();
  begin();
  job->on_head({.status = 429, .content_type = "application/json", .retry_after = "300"});
  job->on_text("{\"error\":\"slow\"}", 16);
  end();
  EXPECT_THAT(events(), ElementsAre("failure rate_limited"));
  EXPECT_EQ(retry_after_seconds, 20);
}

TEST_F(AnswerThatIsAskedForAgain, WaitsForAPlaceAlsoWhereRecoveryIsOff) {
  options.recovery.enabled = false;
  ask();
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AnswerThatIsAskedForAgain, SaysWhyItMayNotEvenWait) {
  admission.refusal = Error{.code = ErrorCode::queue_full, .message = "full"};
  ask();
  EXPECT_THAT(events(), ElementsAre("failure queue_full"));
}

TEST_F(AnswerThatIsAskedForAgain, FailsWithTheErrorOfAnOrderThatCouldNotBeMade) {
  ask();
  std::exchange(admission.waiting, nullptr)
      ->settle(fail(ErrorCode::session_ids_missing, "no session"));
  EXPECT_THAT(events(), ElementsAre("failure session_ids_missing"));
}

TEST_F(AnswerThatIsAskedForAgain, EndsWhenAllOfItTakesTooLongHoweverBusyItIs) {
  options.time_limit = 30ms;
  ask();
  begin();
  std::vector<std::string> heard;
  while (!answer->over()) {
    text("a0:\"more\"\n");
    for (auto& event : events()) heard.push_back(std::move(event));
  }
  EXPECT_EQ(heard.back(), "failure upstream_timeout");
  EXPECT_THAT(message, HasSubstr("metadata_timeout_minutes"));
  EXPECT_THAT(host.left, ElementsAre("1 running")) << "the page is told to stop";
}

TEST_F(AnswerThatIsAskedForAgain, LeavesTheLineOrThePageWhenItGoes) {
  ask();
  answer.reset();
  EXPECT_EQ(admission.waiting, nullptr);
  ask();
  begin();
  events();
  answer.reset();
  EXPECT_THAT(host.left, ElementsAre("1 running"));
}

}  // namespace
}  // namespace lmbridge::bridge
