// One of the answers that a request asked for: what comes from the site, made into what the client
// is to get.
#pragma once

#include "api/request_log.hpp"
#include "arena/answer_event.hpp"
#include "arena/endpoint_selector.hpp"
#include "bridge/answer.hpp"
#include "openai/answer_sink.hpp"
#include "openai/chat_request.hpp"
#include "openai/citation_list.hpp"
#include "openai/finish_reason.hpp"
#include "openai/output_limit.hpp"
#include "openai/reasoning_output.hpp"
#include "openai/usage.hpp"
#include "settings/settings.hpp"

#include <memory>
#include <optional>

namespace lmbridge::api {

/// A request that the page is working on, and the session that it is run in.
struct Asked {
  std::unique_ptr<bridge::Job> job;
  arena::EndpointSelector::Lease lease;
  bridge::Answer::Options options;
};

/// I/O thread only. Use: collect() whenever there may be news, acknowledge() when what it gave has
/// been passed on; again until over().
class Choice {
 public:
  /// All references outlive it.
  Choice(Asked asked, const openai::ChatRequest& request, const settings::Settings& settings,
         RequestLog& log);

  /// Passes all that has come on to `sink`; with the last of it the page's request has ended.
  void collect(openai::AnswerSink& sink);
  void acknowledge() {
    if (answer_) answer_->acknowledge();
  }
  [[nodiscard]] base::Condition::TimePoint wake_at() const {
    return answer_ ? answer_->wake_at() : base::Condition::TimePoint::max();
  }

  /// Nothing more comes: it is complete, or it has failed.
  [[nodiscard]] bool over() const { return answer_ == nullptr; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] openai::FinishReason reason() const { return reason_; }

  /// The counts of the site, where it sent them.
  [[nodiscard]] const std::optional<arena::Usage>& site_usage() const { return usage_; }
  /// Estimates over what passed by.
  [[nodiscard]] std::uint64_t content_tokens() const { return content_.tokens(); }
  [[nodiscard]] std::uint64_t reasoning_tokens() const { return thought_.tokens(); }

 private:
  void take(const arena::AnswerEvent& event, openai::AnswerSink& sink);
  void take_text(std::string_view literal, openai::AnswerSink& sink);
  void take_image(const arena::Image& image, openai::AnswerSink& sink);
  void pass_on(std::string_view text, openai::AnswerSink& sink);
  void complete(openai::AnswerSink& sink);
  void fail(const Error& error, openai::AnswerSink& sink);
  void release();

  const settings::Settings& settings_;
  RequestLog& log_;
  std::optional<arena::EndpointSelector::Lease> lease_;
  std::unique_ptr<bridge::Answer> answer_;
  openai::OutputLimit limit_;
  openai::ReasoningOutput reasoning_;
  openai::CitationList citations_;
  openai::TokenEstimate content_;
  openai::TokenEstimate thought_;
  std::optional<arena::Usage> usage_;
  openai::FinishReason reason_ = openai::FinishReason::stop;
  std::optional<Error> error_;
  /// Something has been passed on as content.
  bool has_content_ = false;
};

}  // namespace lmbridge::api
