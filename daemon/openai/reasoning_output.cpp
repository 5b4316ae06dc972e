#include "openai/reasoning_output.hpp"

#include <utility>

namespace lmbridge::openai {

void ReasoningOutput::add(std::string_view literal, AnswerSink& sink) {
  if (form_ == ReasoningForm::none) return;
  if (form_ == ReasoningForm::field_streamed) {
    sink.reasoning_literal(literal);
    return;
  }
  // JSON strings join by their insides: each is well-formed by itself.
  waiting_ += literal.substr(1, literal.size() - 2);
  if (waiting_.size() > buffer_limit) flush(sink, Part::to_be_continued);
}

void ReasoningOutput::flush(AnswerSink& sink, Part part) {
  const auto block = std::exchange(waiting_, {});
  if (form_ == ReasoningForm::field_block) {
    sink.reasoning_literal('"' + block + '"');
    return;
  }
  std::string literal = "\"";
  if (!std::exchange(tag_open_, part == Part::to_be_continued)) {
    literal += content_seen_ ? "\\n\\n<think>" : "<think>";
  }
  literal += block;
  if (part != Part::to_be_continued) literal += "</think>";
  if (part == Part::before_content) literal += "\\n\\n";
  literal += '"';
  sink.content_literal(literal);
}

}  // namespace lmbridge::openai
