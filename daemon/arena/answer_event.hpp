// What an answer consists of, once the site's records are understood.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace lmbridge::arena {

/// A piece of the answer's text.
struct TextDelta {
  /// A valid JSON string with its quotes, never `""`; see check_json_literal(). Lives until the
  /// next feed().
  std::string_view literal;
};

/// A piece of what the model thinks; `literal` as in TextDelta.
struct ReasoningDelta {
  std::string_view literal;
};

/// A generated image: an https: or data: link, as the site gave it.
struct Image {
  std::string url;
};

/// A source that a search model names; at least one of the two is not empty.
struct Citation {
  std::string title;
  std::string url;
};

/// Why the site says that the answer has ended; `unknown` also stands for words we do not know.
enum class FinishReason { stop, length, content_filter, tool_calls, error, other, unknown };

struct Usage {
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
};

/// The regular end of the answer.
struct Finish {
  FinishReason reason = FinishReason::unknown;
  /// Only where the site sent both counts.
  std::optional<Usage> usage = std::nullopt;
};

/// The answer has failed; nothing comes after this.
struct Failure {
  Error error;
};

/// The site works on it: a heartbeat, or a delta without text.
struct Heartbeat {};

using AnswerEvent =
    std::variant<TextDelta, ReasoningDelta, Image, Citation, Finish, Failure, Heartbeat>;

}  // namespace lmbridge::arena
