// Errors as OpenAI clients see them: the one place where a code becomes a status and a body.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::openai {

struct ErrorReply {
  /// HTTP status.
  int status = 500;
  /// `error.type`, one of OpenAI's.
  std::string_view type;
  /// `error.code`: the name of the ErrorCode.
  std::string_view code;
  /// `error.message`: printable and bounded.
  std::string message;
  /// `{"error":{"message","type","param","code"}}`
  std::string body;
  /// For the `retry-after` header; negative for none.
  int retry_after_seconds = -1;
  /// For the `x-should-retry` header, which OpenAI's SDKs obey: false where they would try again
  /// although only a human, or another request, can help. nullopt leaves it to the status.
  std::optional<bool> should_retry;
};

/// Total over all codes. Messages of codes that speak of the daemon's insides (paths, exceptions)
/// are replaced by a sentence that does not; the log has them.
ErrorReply describe(const Error& error);

}  // namespace lmbridge::openai
