// Decides where a model's reasoning goes: nowhere, into a field of its own, or into the content
// between think tags. Never into both.
#pragma once

#include "openai/answer_sink.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lmbridge::openai {

enum class ReasoningForm {
  /// The client is not given it.
  none,
  /// `reasoning_content`, piece by piece.
  field_streamed,
  /// `reasoning_content`, all that came before the next content at once.
  field_block,
  /// `<think>...</think>` in front of the next content, with a blank line between them.
  think_tag
};

/// One an answer. Reasoning that comes behind content makes a block of its own in front of the
/// content that follows, or at the end, so that every tag is closed.
class ReasoningOutput {
 public:
  /// Bytes that a block may wait in memory; what is longer goes on in parts, within the same tags.
  static constexpr std::size_t buffer_limit = 1024UL * 1024;

  explicit ReasoningOutput(ReasoningForm form) : form_(form) {}

  /// A piece of reasoning, a valid JSON string with its quotes.
  void add(std::string_view literal, AnswerSink& sink);

  /// Content follows: what waits goes out in front of it, and an open tag is closed.
  void before_content(AnswerSink& sink) {
    if (!waiting_.empty() || tag_open_) flush(sink, Part::before_content);
    content_seen_ = true;
  }

  /// Nothing more follows.
  void end(AnswerSink& sink) {
    if (!waiting_.empty() || tag_open_) flush(sink, Part::last);
  }

  /// The answer has failed: a tag that the client has seen is closed, what waits is dropped.
  void abandon(AnswerSink& sink) {
    waiting_.clear();
    if (tag_open_) flush(sink, Part::last);
  }

 private:
  /// What comes behind a flushed part of a block.
  enum class Part { to_be_continued, before_content, last };

  void flush(AnswerSink& sink, Part part);

  ReasoningForm form_;
  /// The inside of a JSON string.
  std::string waiting_;
  bool tag_open_ = false;
  bool content_seen_ = false;
};

}  // namespace lmbridge::openai
