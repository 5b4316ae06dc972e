// The body of a chat completion that is not streamed.
#pragma once

#include "openai/finish_reason.hpp"
#include "openai/usage.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::openai {

/// Collects the content and writes the body at the end. The content is kept as the inside of a JSON
/// string, so that literals from the site are neither decoded nor encoded.
class CompletionWriter {
 public:
  /// `created` in seconds since 1970.
  CompletionWriter(std::string_view id, std::string_view model, std::int64_t created);

  /// `literal` is a valid JSON string with its quotes.
  void content_literal(std::string_view literal);
  /// `text` is valid UTF-8.
  void content_text(std::string_view text);
  /// Bytes of the body so far, for the caller's bound.
  [[nodiscard]] std::size_t size() const { return body_.size(); }

  /// The whole body; usage is always part of it. Ends the writer's use.
  std::string finish(FinishReason reason, const Usage& usage) &&;

 private:
  std::string body_;
};

}  // namespace lmbridge::openai
