// One of the answers that a request asked for: what comes from the site, made into what the client
// is to get.
#pragma once

#include "api/conversation.hpp"
#include "api/picture_line.hpp"
#include "api/question.hpp"
#include "api/request_log.hpp"
#include "arena/answer_event.hpp"
#include "bridge/retrying_answer.hpp"
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
#include <span>

namespace lmbridge::api {

/// I/O thread only. Use: collect() whenever there may be news, acknowledge() when what it gave has
/// been passed on; again until over().
class Choice {
 public:
  /// `news` is notified of what comes, and outlives it.
  Choice(const Asked& asked, base::Condition& news);
  Choice(const Choice&) = delete;
  Choice& operator=(const Choice&) = delete;

  /// Passes all that has come on to `sink`, which is the same each time; with the last of it the
  /// page's request has ended.
  void collect(openai::AnswerSink& sink);
  void acknowledge() {
    if (answer_) answer_->acknowledge();
  }
  [[nodiscard]] base::Condition::TimePoint wake_at() const {
    return answer_ && has_room() ? answer_->wake_at() : base::Condition::TimePoint::max();
  }
  /// In the line for a free page: 1 is the next, 0 when it does not wait.
  [[nodiscard]] std::size_t place() const { return answer_ ? answer_->place() : 0; }
  /// That it is asked for again, once each time.
  std::optional<bridge::Retry> take_retry() { return std::exchange(retry_, std::nullopt); }

  /// Nothing more comes: it is complete, or it has failed.
  [[nodiscard]] bool over() const { return answer_ == nullptr && line_.empty(); }
  /// nullptr as long as all is well, and until what came before it has been passed on.
  [[nodiscard]] const Error* error() const { return error_ && line_.empty() ? &*error_ : nullptr; }
  [[nodiscard]] openai::FinishReason reason() const { return progress_.reason; }

  /// The counts of the site, where it sent them.
  [[nodiscard]] const std::optional<arena::Usage>& site_usage() const { return progress_.usage; }
  /// Estimates over what passed by.
  [[nodiscard]] std::uint64_t content_tokens() const { return progress_.content.tokens(); }
  [[nodiscard]] std::uint64_t reasoning_tokens() const { return progress_.thought.tokens(); }

 private:
  /// What one try has brought so far.
  struct Progress {
    openai::OutputLimit limit;
    openai::ReasoningOutput reasoning;
    openai::CitationList citations = {};
    openai::TokenEstimate content = {};
    openai::TokenEstimate thought = {};
    std::optional<arena::Usage> usage = {};
    openai::FinishReason reason = openai::FinishReason::stop;
    std::size_t pieces = 0;
    /// Something has been passed on as content.
    bool has_content = false;
  };

  [[nodiscard]] Progress begin() const;
  /// False while so much waits for a picture that the site has to wait, too.
  [[nodiscard]] bool has_room() const;
  void take_all();
  void take(const arena::AnswerEvent& event);
  void take_text(std::string_view literal);
  void take_image(const arena::Image& image);
  void begin_anew(bridge::Retry retry);
  void count_piece();
  void pass_on(std::string_view text);
  void complete();
  void fail(Error error);

  const openai::ChatRequest& request_;
  const settings::Settings& settings_;
  RequestLog& log_;
  media::Pictures& pictures_;
  base::Condition& news_;
  std::string request_id_;
  Question question_;
  PictureLine line_;
  Progress progress_;
  /// Behind the question, which it uses.
  std::unique_ptr<bridge::RetryingAnswer> answer_;
  std::optional<bridge::Retry> retry_;
  std::optional<Error> error_;
};

}  // namespace lmbridge::api
