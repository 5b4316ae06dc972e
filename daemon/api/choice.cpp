#include "api/choice.hpp"

#include "arena/json_literal.hpp"
#include "openai/markdown.hpp"

#include <fmt/format.h>

#include <utility>
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

openai::ReasoningForm form_of(const settings::Reasoning& reasoning) {
  if (!reasoning.enabled) return openai::ReasoningForm::none;
  if (reasoning.output == settings::ReasoningOutput::think_tag) {
    return openai::ReasoningForm::think_tag;
  }
  return reasoning.preserve_streaming ? openai::ReasoningForm::field_streamed
                                      : openai::ReasoningForm::field_block;
}

}  // namespace

Choice::Choice(Asked asked, const openai::ChatRequest& request, const settings::Settings& settings,
               RequestLog& log)
    : settings_(settings),
      log_(log),
      lease_(std::move(asked.lease)),
      answer_(std::make_unique<bridge::Answer>(std::move(asked.job), asked.options,
                                               settings.site.markers)),
      limit_(request.max_tokens, request.stop),
      reasoning_(form_of(settings.reasoning)) {}

void Choice::collect(openai::AnswerSink& sink) {
  while (answer_ && !limit_.reached()) {
    const auto event = answer_->next();
    if (event) {
      take(*event, sink);
    } else if (answer_->over()) {
      complete(sink);
    } else {
      return;
    }
  }
  if (answer_) complete(sink);
}

void Choice::take(const arena::AnswerEvent& event, openai::AnswerSink& sink) {
  if (const auto* text = std::get_if<arena::TextDelta>(&event)) {
    take_text(text->literal, sink);
  } else if (const auto* thought = std::get_if<arena::ReasoningDelta>(&event)) {
    log_.count_piece();
    thought_.add_literal(thought->literal);
    reasoning_.add(thought->literal, sink);
  } else if (const auto* image = std::get_if<arena::Image>(&event)) {
    take_image(*image, sink);
  } else if (const auto* citation = std::get_if<arena::Citation>(&event)) {
    citations_.add(citation->title, citation->url);
  } else if (const auto* finish = std::get_if<arena::Finish>(&event)) {
    reason_ = to_openai(finish->reason);
    usage_ = finish->usage;
  } else if (const auto* failure = std::get_if<arena::Failure>(&event)) {
    fail(failure->error, sink);
  }
}

void Choice::take_text(std::string_view literal, openai::AnswerSink& sink) {
  log_.count_piece();
  reasoning_.before_content(sink);
  if (limit_.is_active()) {
    pass_on(limit_.take(arena::decode_json_literal(literal)), sink);
    return;
  }
  has_content_ = true;
  content_.add_literal(literal);
  sink.content_literal(literal);
}

/// Limits are for text: a picture is passed on whole.
void Choice::take_image(const arena::Image& image, openai::AnswerSink& sink) {
  log_.count_piece();
  log_.note_picture(image.url);
  reasoning_.before_content(sink);
  pass_on(limit_.rest(), sink);
  sink.content_text(fmt::format("{}![image]({})", std::exchange(has_content_, true) ? "\n\n" : "",
                                openai::link_target(image.url)));
}

void Choice::pass_on(std::string_view text, openai::AnswerSink& sink) {
  if (text.empty()) return;
  has_content_ = true;
  content_.add_text(text);
  sink.content_text(text);
}

void Choice::complete(openai::AnswerSink& sink) {
  pass_on(limit_.rest(), sink);
  reasoning_.end(sink);
  if (const auto cut = limit_.reached()) {
    reason_ = *cut;
  } else if (settings_.append_citations && !citations_.text().empty()) {
    sink.content_text(citations_.text());
  }
  release();
}

void Choice::fail(const Error& error, openai::AnswerSink& sink) {
  reasoning_.abandon(sink);
  error_ = error;
  log_.fail(error);
  if (error.code == ErrorCode::stale_session_ids) lease_->mark_stale();
  release();
}

/// The page stops working on it, and the session is free for the next request.
void Choice::release() {
  answer_.reset();
  lease_.reset();
}

}  // namespace lmbridge::api
