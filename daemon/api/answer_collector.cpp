#include "api/answer_collector.hpp"

#include <fmt/format.h>

#include <variant>

namespace lmbridge::api {
namespace {

openai::FinishReason to_openai(arena::FinishReason reason) {
  switch (reason) {
    case arena::FinishReason::length:
      return openai::FinishReason::length;
    case arena::FinishReason::content_filter:
      return openai::FinishReason::content_filter;
    case arena::FinishReason::tool_calls:
      return openai::FinishReason::tool_calls;
    default:
      return openai::FinishReason::stop;
  }
}

}  // namespace

void AnswerCollector::take(const arena::AnswerEvent& event, ContentSink& content) {
  if (const auto* text = std::get_if<arena::TextDelta>(&event)) {
    log_.count_piece();
    completion_.add_literal(text->literal);
    content.literal(text->literal);
  } else if (const auto* image = std::get_if<arena::Image>(&event)) {
    log_.count_piece();
    content.text(fmt::format("![image]({})", image->url));
  } else if (const auto* finish = std::get_if<arena::Finish>(&event)) {
    reason_ = to_openai(finish->reason);
    usage_ = finish->usage;
  } else if (const auto* failure = std::get_if<arena::Failure>(&event)) {
    error_ = failure->error;
    log_.fail(*error_);
  }
}

openai::Usage AnswerCollector::usage(const openai::ChatRequest& request) const {
  if (usage_) {
    return {.prompt_tokens = usage_->prompt_tokens, .completion_tokens = usage_->completion_tokens};
  }
  return {.prompt_tokens = openai::estimate_prompt_tokens(request.messages),
          .completion_tokens = completion_.tokens()};
}

}  // namespace lmbridge::api
