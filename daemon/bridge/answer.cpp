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
      give_up_at_(last_word_ + options.time_limit),
      decoder_(options.decoder, markers) {}

std::optional<arena::AnswerEvent> Answer::next() {
  while (!over_) {
    if (!is_refusal()) {
      if (auto event = decoder_.next()) {
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
  const auto seconds = [](std::chrono::milliseconds limit) {
    return std::chrono::duration<double>(limit).count();
  };
  if (now >= give_up_at_) {
    return fail_with({.code = ErrorCode::upstream_timeout,
                      .message = fmt::format("the answer was not complete after {} seconds "
                                             "(metadata_timeout_minutes); try again",
                                             seconds(options_.time_limit))});
  }
  return fail_with({.code = ErrorCode::upstream_timeout,
                    .message = fmt::format("the site has said nothing for {} seconds "
                                           "(stream_response_timeout_seconds); try again",
                                           seconds(options_.silence_limit))});
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
    return fail_with(arena::classify_response(reply(), markers_));
  }
  over_ = true;
  if (auto error =
          arena::classify_ending(reply(), decoder_.ending(), markers_, options_.finish_required)) {
    return fail_with(*std::move(error));
  }
  return std::nullopt;
}

arena::AnswerEvent Answer::fail_with(Error error) {
  over_ = true;
  return arena::Failure{.error = std::move(error)};
}

}  // namespace lmbridge::bridge
