// Where the parts of an answer go: chunks of a stream, or a body in the making.
#pragma once

#include <string_view>

namespace lmbridge::openai {

class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  /// `literal` is a valid JSON string with its quotes, which is passed on as it is.
  virtual void content_literal(std::string_view literal) = 0;
  /// `text` is valid UTF-8.
  virtual void content_text(std::string_view text) = 0;
  /// For the field `reasoning_content`; `literal` as above.
  virtual void reasoning_literal(std::string_view literal) = 0;

  /// False once something of the answer is on its way to the client.
  [[nodiscard]] virtual bool can_begin_anew() const = 0;
  /// Forgets what has come: the answer begins anew, which it can.
  virtual void begin_anew() = 0;
};

}  // namespace lmbridge::openai
