// What comes out of a part of the answer side, as "content:..." and "reasoning:..." literals.
#pragma once

#include "openai/answer_sink.hpp"

#include <string>
#include <vector>

namespace lmbridge::openai {

class RecordingSink final : public AnswerSink {
 public:
  void content_literal(std::string_view literal) override { add("content:", literal); }
  void content_text(std::string_view text) override { add("text:", text); }
  void reasoning_literal(std::string_view literal) override { add("reasoning:", literal); }
  [[nodiscard]] bool can_begin_anew() const override { return true; }
  void begin_anew() override { calls.clear(); }

  std::vector<std::string> calls;

 private:
  void add(std::string_view kind, std::string_view text) {
    calls.push_back(std::string(kind) + std::string(text));
  }
};

}  // namespace lmbridge::openai
