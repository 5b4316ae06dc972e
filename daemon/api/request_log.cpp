#include "api/request_log.hpp"

#include "arena/redaction.hpp"
#include "base/text.hpp"
#include "openai/error_body.hpp"

#include <fmt/format.h>

#include <vector>

namespace lmbridge::api {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// A failure's reason for the log. Sites quote what they refuse: no prompt must come in with it.
std::string reason_of(const Error& error, const openai::ChatRequest& request) {
  std::vector<std::string_view> prompts;
  prompts.reserve(request.messages.size());
  for (const auto& message : request.messages) prompts.emplace_back(message.content);
  return arena::without_quotes_from(base::describe_chain(error), prompts);
}

}  // namespace

RequestLog::RequestLog(const Context& context, std::string_view what,
                       const http::Exchange& exchange, const openai::ChatRequest& request)
    : context_(context),
      log_(context.log),
      what_(what),
      exchange_(exchange),
      request_(request),
      debug_(context.settings.debug),
      id_(exchange.request().id),
      model_(base::excerpt(request.model, 100)) {}

void RequestLog::fail(const Error& error) {
  if (error_) return;
  error_ = error;
  failure_status_ = exchange_.started() ? 200 : openai::describe(error).status;
}

void RequestLog::note_time() {
  const auto now = steady_clock::now();
  if (first_piece_) {
    longest_pause_ = std::max(longest_pause_, now - last_piece_);
  } else {
    first_piece_ = now;
  }
  last_piece_ = now;
}

void RequestLog::note_picture(std::string_view url) {
  log_.info("a picture has come",
            {{"id", id_},
             {"url", base::printable(debug_.full_urls ? std::string(url)
                                                      : base::excerpt(url, debug_.url_length))}});
}

void RequestLog::note_retry(const bridge::Retry& retry) {
  ++retries_;
  log_.info("a try failed; asking again", {{"id", id_},
                                           {"code", base::name(retry.reason.code)},
                                           {"reason", reason_of(retry.reason, request_)},
                                           {"try", retry.number},
                                           {"delay_ms", retry.delay.count()}});
}

std::string RequestLog::outcome() const {
  if (succeeded_) return fmt::format("{} was answered", what_);
  return fmt::format("{} {}", what_,
                     exchange_.client_left()
                         ? "ended because its client left"
                         : "was cut because its client did not take it in time");
}

/// 0 when the client left before it had one.
int RequestLog::status() const {
  if (error_) return failure_status_;
  return exchange_.started() ? 200 : 0;
}

std::int64_t RequestLog::milliseconds_until(TimePoint time) const {
  return std::chrono::duration_cast<milliseconds>(time - begun_).count();
}

/// Where the time of a stream went (`debug_stream_timing`).
void RequestLog::log_timing() const {
  if (!debug_.stream_timing || !first_piece_) return;
  const auto streamed = std::chrono::duration<double, std::milli>(last_piece_ - *first_piece_);
  const auto pauses = pieces_ > 1 ? static_cast<double>(pieces_ - 1) : 1.0;
  log_.info("stream timing", {{"id", id_},
                              {"first_piece_ms", milliseconds_until(*first_piece_)},
                              {"last_piece_ms", milliseconds_until(last_piece_)},
                              {"mean_pause_ms", streamed.count() / pauses},
                              {"longest_pause_ms",
                               std::chrono::duration<double, std::milli>(longest_pause_).count()}});
}

void RequestLog::log_failure(std::int64_t total) const {
  const auto reason = reason_of(*error_, request_);
  log_.warning(fmt::format("{} failed", what_), {{"id", id_},
                                                 {"model", model_},
                                                 {"status", status()},
                                                 {"code", base::name(error_->code)},
                                                 {"reason", reason},
                                                 {"pieces", pieces_},
                                                 {"retries", retries_},
                                                 {"total_ms", total}});
  context_.recent.note(journal::Failure{.request_id = id_,
                                        .model = model_,
                                        .ended = context_.clock.wall_now(),
                                        .code = std::string(base::name(error_->code)),
                                        .reason = reason});
}

void RequestLog::remember_answer(std::int64_t total) const {
  journal::Answer answer{.request_id = id_,
                         .model = model_,
                         .ended = context_.clock.wall_now(),
                         .first_piece = std::nullopt,
                         .total = milliseconds(total),
                         .pieces = pieces_};
  if (first_piece_) answer.first_piece = milliseconds(milliseconds_until(*first_piece_));
  context_.recent.note(std::move(answer));
}

RequestLog::~RequestLog() {
  const auto total = milliseconds_until(steady_clock::now());
  log_timing();
  if (error_) {
    log_failure(total);
    return;
  }
  if (succeeded_) remember_answer(total);
  log_.info(outcome(), {{"id", id_},
                        {"model", model_},
                        {"status", status()},
                        {"stream", request_.stream},
                        {"pieces", pieces_},
                        {"retries", retries_},
                        {"first_piece_ms", first_piece_ ? milliseconds_until(*first_piece_) : -1},
                        {"total_ms", total}});
}

}  // namespace lmbridge::api
