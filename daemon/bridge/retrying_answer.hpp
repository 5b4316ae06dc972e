// The site's answer to a request, asked for again as long as nothing of it has reached the client.
#pragma once

#include "bridge/admission.hpp"
#include "bridge/answer.hpp"
#include "bridge/retry_plan.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <variant>

namespace lmbridge::bridge {

/// Where the orders of one request come from, and who hears how they fared.
class Question : public OrderSource {
 public:
  /// How the answer to the last order is read.
  [[nodiscard]] virtual arena::AnswerDecoder::Options decoder() const = 0;
  /// The last order has failed. Where that was for its session's sake: how long until there is one
  /// that can serve; otherwise, and when none can, nullopt.
  virtual std::optional<std::chrono::milliseconds> note_failure(const Error& error) = 0;
  /// The last order is being answered.
  virtual void note_answer() = 0;
  /// The last order is over, however it ended: its session is free.
  virtual void release() = 0;
};

/// I/O thread only. Use: wait for `news`, at most until wake_at(), then next() until it has
/// nothing, pass the events on, then acknowledge(); again until over(). A Retry among the events
/// takes back all that came before it.
class RetryingAnswer {
 public:
  using TimePoint = base::Condition::TimePoint;
  using Event = std::variant<arena::AnswerEvent, Retry>;

  struct Options {
    settings::Recovery recovery;
    settings::EmptyRetry empty_retry;
    /// As in Answer::Options.
    std::chrono::milliseconds silence_limit{360'000};
    bool finish_required = true;
    /// The longest time that all of it may take, however often it is tried.
    std::chrono::milliseconds time_limit{1'800'000};
  };

  /// All references outlive it.
  RetryingAnswer(Admission& admission, Question& question, base::Condition& news,
                 TicketHolder holder, const Options& options, const arena::Markers& markers);
  RetryingAnswer(const RetryingAnswer&) = delete;
  RetryingAnswer& operator=(const RetryingAnswer&) = delete;
  ~RetryingAnswer() { admission_.forget(news_); }

  /// When next() is to be called although there is no news.
  [[nodiscard]] TimePoint wake_at() const;
  /// The next event; nullopt when there is none yet, or when the answer is over. Views in it live
  /// until the next call. A Failure is the last event.
  std::optional<Event> next();
  /// Everything that next() gave has been passed on: the page may read on.
  void acknowledge() {
    if (answer_) answer_->acknowledge();
  }
  /// Something has reached the client, so that nothing can be taken back any more.
  void commit() { committed_ = true; }

  [[nodiscard]] bool over() const { return phase_ == Phase::over; }
  /// Of those that wait, 1 is the next; 0: it does not wait.
  [[nodiscard]] std::size_t place() const;
  [[nodiscard]] std::size_t retries() const { return plan_.retries(); }

 private:
  enum class Phase { pausing, waiting, answering, over };

  void ask(Arrival arrival);
  [[nodiscard]] bool may_wait() const;
  std::optional<Event> wait_for_place();
  std::optional<Event> continue_answer();
  Event after_failure(const Error& error);
  Event give_up(Error error);
  void end_hold();

  Admission& admission_;
  Question& question_;
  base::Condition& news_;
  TicketHolder holder_;
  Options options_;
  const arena::Markers& markers_;
  RetryPlan plan_;
  TimePoint begun_;
  Phase phase_ = Phase::pausing;
  /// The question has been told of this try.
  bool is_answered_ = false;
  bool committed_ = false;
  /// When a pause, or the wait for a place, has begun; and when it ends.
  TimePoint held_since_;
  TimePoint held_until_;
  bool counts_as_hold_ = false;
  std::optional<Error> refusal_;
  std::unique_ptr<Ticket> ticket_;
  std::unique_ptr<Answer> answer_;
};

/// As the settings want it.
RetryingAnswer::Options answer_options(const settings::Settings& settings);

}  // namespace lmbridge::bridge
