// One line in the log for each request that is asked of the site, and a note of what became of it.
#pragma once

#include "api/context.hpp"
#include "base/log.hpp"
#include "bridge/retry_plan.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::api {

/// Writes its line when it goes, so that a request is told of however it ends; without an outcome
/// the client left or did not read. No prompt and no answer is ever in it. I/O thread only.
class RequestLog {
 public:
  /// All of it outlives the log. `what` it is, e.g. "a chat".
  RequestLog(const Context& context, std::string_view what, const http::Exchange& exchange,
             const openai::ChatRequest& request);
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;
  ~RequestLog();

  /// A piece of an answer has come from the site.
  void count_piece() {
    ++pieces_;
    if (debug_.stream_timing || pieces_ == 1) note_time();
  }
  void note_picture(std::string_view url);
  /// An answer is asked for again.
  void note_retry(const bridge::Retry& retry);
  void succeed() { succeeded_ = true; }
  /// The first failure counts. To be called before the client is told.
  void fail(const Error& error);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  void note_time();
  void log_timing() const;
  [[nodiscard]] std::string outcome() const;
  [[nodiscard]] int status() const;
  [[nodiscard]] std::int64_t milliseconds_until(TimePoint time) const;

  void log_failure(std::int64_t total) const;
  void remember_answer(std::int64_t total) const;

  const Context& context_;
  base::Log& log_;
  std::string_view what_;
  const http::Exchange& exchange_;
  const openai::ChatRequest& request_;
  const settings::Debug& debug_;
  const std::string& id_;
  std::string model_;
  TimePoint begun_ = std::chrono::steady_clock::now();
  std::optional<TimePoint> first_piece_;
  TimePoint last_piece_;
  std::chrono::steady_clock::duration longest_pause_{0};
  std::size_t pieces_ = 0;
  std::size_t retries_ = 0;
  bool succeeded_ = false;
  std::optional<Error> error_;
  /// Of HTTP, that of the answer to a request that failed.
  int failure_status_ = 0;
};

}  // namespace lmbridge::api
