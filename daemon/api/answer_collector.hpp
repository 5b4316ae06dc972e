// Sorts the events of an answer: content goes on, the rest is kept for its end.
#pragma once

#include "api/request_log.hpp"
#include "arena/answer_event.hpp"
#include "openai/finish_reason.hpp"
#include "openai/usage.hpp"

#include <optional>
#include <string_view>

namespace lmbridge::api {

/// Where content goes: chunks of a stream, or a body in the making.
class ContentSink {
 public:
  virtual ~ContentSink() = default;
  /// A valid JSON string with its quotes, which is passed on as it is.
  virtual void literal(std::string_view literal) = 0;
  /// Valid UTF-8.
  virtual void text(std::string_view text) = 0;
};

/// One an answer; the log outlives it.
class AnswerCollector {
 public:
  explicit AnswerCollector(RequestLog& log) : log_(log) {}

  void take(const arena::AnswerEvent& event, ContentSink& content);

  /// Set once the answer has failed.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] openai::FinishReason reason() const { return reason_; }
  /// The counts of the site, else an estimate over what passed by.
  [[nodiscard]] openai::Usage usage(const openai::ChatRequest& request) const;

 private:
  RequestLog& log_;
  openai::TokenEstimate completion_;
  std::optional<arena::Usage> usage_;
  openai::FinishReason reason_ = openai::FinishReason::stop;
  std::optional<Error> error_;
};

}  // namespace lmbridge::api
