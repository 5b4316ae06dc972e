// Why an answer ended, in the words that OpenAI clients know.
#pragma once

#include <string_view>
#include <utility>

namespace lmbridge::openai {

enum class FinishReason { stop, length, content_filter, tool_calls };

constexpr std::string_view name(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop:
      return "stop";
    case FinishReason::length:
      return "length";
    case FinishReason::content_filter:
      return "content_filter";
    case FinishReason::tool_calls:
      return "tool_calls";
  }
  std::unreachable();
}

}  // namespace lmbridge::openai
