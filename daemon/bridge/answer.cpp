#include "bridge/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {

using std::chrono::steady_clock;

namespace {

/// The body ends right behind the finish record; a site that leaves it open gets this long.
constexpr std::chrono::milliseconds after_finish{2000};

}  // namespace

Answer::Answer(std::unique_ptr<Job> job, const Options& options, const arena::Markers& markers)
    : job_(std::move(job)),
      markers_(markers),
      options_(options),
      silence_limit_(options.silence_limit),
      last_word_(steady_clock::now()),
      decoder_(options.decoder, markers) {}

std::optional<arena::AnswerEvent> Answer::next() {
  while (!over_) {
    if (!is_refusal()) {
      if (auto event = decoder_.next()) {
        judge(*event);
        over_ = std::holds_alternative<arena::Failure>(*event);
        if (std::holds_alternative<arena::Finish>(*event)) limit_silence(after_finish);
        return event;
      }
    }
    if (feed()) continue;
    if (job_->ending()) return end_of_body();
    return give_up_if_late();
  }
  return std::nullopt;
}

std::optional<arena::AnswerEvent> Answer::give_up_if_late() {
  const auto now = steady_clock::now();
  if (now < wake_at()) return std::nullopt;
  if (decoder_.finished()) return end_of_body();
  return fail_with(
      {.code = ErrorCode::upstream_timeout,
       .message = fmt::format("the site has said nothing for {} seconds "
                              "(stream_response_timeout_seconds); try again",
                              std::chrono::duration<double>(options_.silence_limit).count())});
}

/// Whatever the site says in a stream, it has let the request through. What it says when it has too
/// much to do tells nothing of the page.
void Answer::judge(const arena::AnswerEvent& event) {
  const auto* failure = std::get_if<arena::Failure>(&event);
  const auto code = failure == nullptr ? ErrorCode::internal : failure->error.code;
  if (code == ErrorCode::rate_limited || code == ErrorCode::site_unavailable) return;
  const bool refused =
      code == ErrorCode::verification_required || code == ErrorCode::sign_in_required;
  job_->judge(refused ? std::optional(code) : std::nullopt);
}

void Answer::limit_silence(std::chrono::milliseconds limit) {
  silence_limit_ = std::min(silence_limit_, limit);
  last_word_ = steady_clock::now();
}

/// True when the decoder may have more now.
bool Answer::feed() {
  const auto text = job_->take_text();
  if (!text.empty()) {
    last_word_ = steady_clock::now();
    if (is_refusal()) {
      constexpr auto limit = arena::AnswerDecoder::sample_size;
      refusal_.append(text, 0, limit - std::min(limit, refusal_.size()));
    } else {
      decoder_.feed(text);
    }
    return true;
  }
  if (!job_->ending() || finished_feeding_) return false;
  finished_feeding_ = true;
  decoder_.finish();
  return true;
}

bool Answer::is_refusal() const {
  const auto& head = job_->head();
  return head && (head->status < 200 || head->status > 299);
}

arena::Reply Answer::reply() const {
  arena::Reply reply;
  if (const auto& head = job_->head()) {
    reply.status = head->status;
    reply.content_type = head->content_type;
    reply.retry_after = head->retry_after;
  }
  reply.body = is_refusal() ? refusal_ : decoder_.sample();
  const auto& ending = job_->ending();
  if (ending && !*ending) {
    reply.redirected = ending->error().code == ErrorCode::site_moved;
    if (!reply.redirected) reply.network_error = ending->error().message;
  }
  return reply;
}

std::optional<arena::AnswerEvent> Answer::end_of_body() {
  const auto ending = job_->ending().value_or(Result<void>());
  const bool of_the_site = ending.has_value() || ending.error().code == ErrorCode::site_moved ||
                           ending.error().code == ErrorCode::network_error;
  // What the daemon or the browser did is not the site's failure.
  if (!of_the_site) return fail_with(ending.error());
  if (is_refusal() || (!ending && !job_->head())) {
    return refuse_with(arena::classify_response(reply(), markers_));
  }
  over_ = true;
  if (auto error =
          arena::classify_ending(reply(), decoder_.ending(), markers_, options_.finish_required)) {
    return refuse_with(*std::move(error));
  }
  return std::nullopt;
}

arena::AnswerEvent Answer::refuse_with(Error error) {
  auto event = fail_with(std::move(error));
  if (job_->head()) judge(event);
  return event;
}

arena::AnswerEvent Answer::fail_with(Error error) {
  over_ = true;
  return arena::Failure{.error = std::move(error)};
}

}  // namespace lmbridge::bridge
