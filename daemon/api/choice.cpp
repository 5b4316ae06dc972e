#include "api/choice.hpp"

#include "api/conversation.hpp"
#include "arena/json_literal.hpp"
#include "base/text.hpp"

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

Choice::Choice(const Asked& asked, base::Condition& news)
    : request_(asked.request),
      settings_(asked.context.settings),
      log_(asked.log),
      pictures_(asked.context.pictures),
      news_(news),
      request_id_(asked.request_id),
      question_(asked.request.model, asked.messages, asked.context),
      line_(asked.public_url),
      progress_(begin()),
      answer_(std::make_unique<bridge::RetryingAnswer>(
          asked.context.bridge, question_, news, asked.holder, bridge::answer_options(settings_),
          settings_.site.markers)) {}

Choice::Progress Choice::begin() const {
  return {.limit = {request_.max_tokens, request_.stop},
          .reasoning = openai::ReasoningOutput(form_of(settings_.reasoning))};
}

bool Choice::has_room() const {
  constexpr std::size_t most = 1024UL * 1024;
  return line_.held_bytes() < most;
}

void Choice::collect(openai::AnswerSink& sink) {
  line_.pass_on_to(sink);
  line_.drain();
  take_all();
  line_.drain();
}

void Choice::take_all() {
  while (answer_ && has_room() && !progress_.limit.reached()) {
    auto event = answer_->next();
    if (!event) {
      if (answer_->over()) complete();
      return;
    }
    if (auto* retry = std::get_if<bridge::Retry>(&*event)) {
      begin_anew(std::move(*retry));
    } else {
      take(std::get<arena::AnswerEvent>(*event));
    }
    if (answer_ && !line_.can_begin_anew()) answer_->commit();
  }
  if (answer_ && progress_.limit.reached()) complete();
}

/// Nothing of the try that has failed has reached the client.
void Choice::begin_anew(bridge::Retry retry) {
  log_.note_retry(retry);
  line_.begin_anew();
  progress_ = begin();
  retry_ = std::move(retry);
}

void Choice::take(const arena::AnswerEvent& event) {
  if (const auto* text = std::get_if<arena::TextDelta>(&event)) {
    take_text(text->literal);
  } else if (const auto* thought = std::get_if<arena::ReasoningDelta>(&event)) {
    count_piece();
    progress_.thought.add_literal(thought->literal);
    progress_.reasoning.add(thought->literal, line_);
  } else if (const auto* image = std::get_if<arena::Image>(&event)) {
    take_image(*image);
  } else if (const auto* citation = std::get_if<arena::Citation>(&event)) {
    progress_.citations.add(citation->title, citation->url);
  } else if (const auto* finish = std::get_if<arena::Finish>(&event)) {
    progress_.reason = to_openai(finish->reason);
    progress_.usage = finish->usage;
  } else if (const auto* failure = std::get_if<arena::Failure>(&event)) {
    fail(failure->error);
  }
}

void Choice::count_piece() {
  ++progress_.pieces;
  log_.count_piece();
}

void Choice::take_text(std::string_view literal) {
  count_piece();
  progress_.reasoning.before_content(line_);
  if (progress_.limit.is_active()) {
    pass_on(progress_.limit.take(arena::decode_json_literal(literal)));
    return;
  }
  progress_.has_content = true;
  progress_.content.add_literal(literal);
  line_.content_literal(literal);
}

/// Limits are for text: a picture is passed on whole. It has cost the site and the user too much to
/// be generated again, should the rest of the answer fail.
void Choice::take_image(const arena::Image& image) {
  count_piece();
  log_.note_picture(image.url);
  answer_->commit();
  progress_.reasoning.before_content(line_);
  pass_on(progress_.limit.rest());
  const auto& wanted = settings_.pictures;
  line_.picture(pictures_.deliver({.link = image.url,
                                   .request_id = request_id_,
                                   .returned_as = wanted.returned_as,
                                   .target = media::target_of(wanted.conversion)},
                                  news_),
                !std::exchange(progress_.has_content, true));
}

void Choice::pass_on(std::string_view text) {
  if (text.empty()) return;
  progress_.has_content = true;
  progress_.content.add_text(text);
  line_.content_text(text);
}

void Choice::complete() {
  pass_on(progress_.limit.rest());
  progress_.reasoning.end(line_);
  if (const auto cut = progress_.limit.reached()) {
    progress_.reason = *cut;
  } else if (const auto& citations = progress_.citations.text();
             settings_.append_citations && !citations.empty()) {
    line_.content_text(citations);
  }
  answer_.reset();
  question_.release();
}

/// Whoever has read a part of it is told how far it came.
void Choice::fail(Error error) {
  progress_.reasoning.abandon(line_);
  if (!line_.can_begin_anew() || !line_.empty()) {
    error.message += fmt::format(" (the answer broke off after {}, about {})",
                                 base::counted(progress_.pieces, "piece"),
                                 base::counted(content_tokens() + reasoning_tokens(), "token"));
  }
  log_.fail(error);
  error_ = std::move(error);
  answer_.reset();
}

}  // namespace lmbridge::api
