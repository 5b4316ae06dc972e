// The body of a chat completion that is not streamed.
#pragma once

#include "openai/answer_sink.hpp"
#include "openai/finish_reason.hpp"
#include "openai/usage.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lmbridge::openai {

/// Collects one choice. Its texts are kept as the insides of JSON strings, so that literals from
/// the site are neither decoded nor encoded.
class CompletionChoice final : public AnswerSink {
 public:
  void content_literal(std::string_view literal) override { append(content_, literal); }
  void content_text(std::string_view text) override;
  void reasoning_literal(std::string_view literal) override { append(reasoning_, literal); }

  [[nodiscard]] bool can_begin_anew() const override { return true; }
  void begin_anew() override {
    content_.clear();
    reasoning_.clear();
  }

  void set_finish_reason(FinishReason reason) { reason_ = reason; }
  /// Bytes so far, for the caller's bound.
  [[nodiscard]] std::size_t size() const { return content_.size() + reasoning_.size(); }

  /// Appends `{"index":...,"message":{...},...}`.
  void append_to(std::string& out, std::size_t index) const;

 private:
  static void append(std::string& inside, std::string_view literal) {
    inside += literal.substr(1, literal.size() - 2);
  }

  std::string content_;
  std::string reasoning_;
  FinishReason reason_ = FinishReason::stop;
};

/// The whole body; usage is always part of it. `created` in seconds since 1970.
std::string completion_body(std::string_view id, std::string_view model, std::int64_t created,
                            std::span<const CompletionChoice> choices, const Usage& usage);

}  // namespace lmbridge::openai
