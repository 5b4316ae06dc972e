#include "bridge/retrying_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {

using std::chrono::steady_clock;

namespace {

/// The site answers: what comes now is of the model.
bool is_answer(const arena::AnswerEvent& event) {
  return std::holds_alternative<arena::TextDelta>(event) ||
         std::holds_alternative<arena::ReasoningDelta>(event) ||
         std::holds_alternative<arena::Image>(event) ||
         std::holds_alternative<arena::Finish>(event);
}

}  // namespace

RetryingAnswer::RetryingAnswer(Admission& admission, Question& question, base::Condition& news,
                               TicketHolder holder, const Options& options,
                               const arena::Markers& markers)
    : admission_(admission),
      question_(question),
      news_(news),
      holder_(std::move(holder)),
      options_(options),
      markers_(markers),
      plan_(options.recovery, options.empty_retry),
      begun_(steady_clock::now()) {
  admission_.remember(news_);
  holder_.arrival = admission_.next_arrival();
  ask(Arrival::first);
}

void RetryingAnswer::ask(Arrival arrival) {
  phase_ = Phase::waiting;
  held_since_ = steady_clock::now();
  held_until_ = held_since_ + plan_.hold_left();
  counts_as_hold_ = true;
  auto ticket = admission_.ask_for_place(question_, news_, holder_, arrival);
  if (ticket) {
    ticket_ = *std::move(ticket);
  } else {
    refusal_ = std::move(ticket).error();
  }
  // What has been decided at once is news, too.
  if (refusal_ || ticket_->settled() || !may_wait()) news_.notify();
}

bool RetryingAnswer::may_wait() const {
  return plan_.may_wait_for_page() || admission_.is_serving();
}

RetryingAnswer::TimePoint RetryingAnswer::wake_at() const {
  const auto give_up_at = begun_ + options_.time_limit;
  switch (phase_) {
    case Phase::pausing:
    case Phase::waiting:
      return std::min(held_until_, give_up_at);
    case Phase::answering:
      return std::min(answer_->wake_at(), give_up_at);
    case Phase::over:
      break;
  }
  return TimePoint::max();
}

std::size_t RetryingAnswer::place() const {
  return ticket_ ? admission_.place_of(*ticket_) : 0;
}

std::optional<RetryingAnswer::Event> RetryingAnswer::next() {
  if (over()) return std::nullopt;
  if (phase_ == Phase::pausing) {
    if (admission_.is_closing()) return give_up(admission_.why_waiting());
    if (steady_clock::now() < held_until_) return std::nullopt;
    end_hold();
    ask(Arrival::again);
  }
  auto event = phase_ == Phase::waiting ? wait_for_place() : std::nullopt;
  if (!event && phase_ == Phase::answering) event = continue_answer();
  if (event || over() || steady_clock::now() < begun_ + options_.time_limit) return event;
  return give_up(
      {.code = ErrorCode::upstream_timeout,
       .message = fmt::format("the answer was not complete after {} seconds "
                              "(metadata_timeout_minutes); try again",
                              std::chrono::duration<double>(options_.time_limit).count())});
}

std::optional<RetryingAnswer::Event> RetryingAnswer::wait_for_place() {
  if (refusal_) return give_up(*std::exchange(refusal_, std::nullopt));
  if (ticket_->settled()) {
    end_hold();
    auto job = std::exchange(ticket_, nullptr)->take_outcome();
    if (!job) return after_failure(job.error());
    answer_ = std::make_unique<Answer>(*std::move(job),
                                       Answer::Options{.decoder = question_.decoder(),
                                                       .silence_limit = options_.silence_limit,
                                                       .finish_required = options_.finish_required},
                                       markers_);
    is_answered_ = false;
    phase_ = Phase::answering;
    return std::nullopt;
  }
  if (may_wait() && steady_clock::now() < held_until_) return std::nullopt;
  return give_up(admission_.why_waiting());
}

std::optional<RetryingAnswer::Event> RetryingAnswer::continue_answer() {
  auto event = answer_->next();
  if (!event) {
    if (answer_->over()) {
      question_.release();
      answer_.reset();
      phase_ = Phase::over;
    }
    return std::nullopt;
  }
  if (const auto* failure = std::get_if<arena::Failure>(&*event)) {
    return after_failure(failure->error);
  }
  if (is_answer(*event) && !std::exchange(is_answered_, true)) question_.note_answer();
  return Event(*std::move(event));
}

RetryingAnswer::Event RetryingAnswer::after_failure(const Error& failed) {
  auto error = failed;  // it may live in the answer, which goes
  answer_.reset();
  const auto session_in = question_.note_failure(error);
  question_.release();
  if (session_in && error.code == ErrorCode::rate_limited) {
    error.retry_after_seconds =
        static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*session_in).count());
  }
  if (committed_) return give_up(error);
  auto retry = plan_.after(error, session_in);
  if (!retry) return give_up(error);
  phase_ = Phase::pausing;
  held_since_ = steady_clock::now();
  held_until_ = held_since_ + retry->delay;
  counts_as_hold_ = error.code != ErrorCode::empty_response;
  // With nothing to wait for there is no news that would wake anybody.
  if (retry->delay == std::chrono::milliseconds(0)) news_.notify();
  return Event(*std::move(retry));
}

void RetryingAnswer::end_hold() {
  if (counts_as_hold_) plan_.count_hold(steady_clock::now() - held_since_);
}

RetryingAnswer::Event RetryingAnswer::give_up(Error error) {
  phase_ = Phase::over;
  question_.release();
  ticket_.reset();
  answer_.reset();
  return Event(arena::AnswerEvent(arena::Failure{.error = std::move(error)}));
}

RetryingAnswer::Options answer_options(const settings::Settings& settings) {
  return {.recovery = settings.recovery,
          .empty_retry = settings.empty_retry,
          .silence_limit = settings.stream_response_timeout,
          .finish_required = settings.site.finish_record_required,
          .time_limit = settings.request_timeout};
}

}  // namespace lmbridge::bridge
