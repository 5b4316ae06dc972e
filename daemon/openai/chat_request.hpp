// The body of POST /v1/chat/completions, checked and reduced to what the bridge can act on.
#pragma once

#include "base/error.hpp"
#include "base/strict_json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::openai {

/// `developer` is read as system.
enum class ChatRole { system, user, assistant };

/// A picture or file that goes with a message.
struct ChatAttachment {
  /// As base::normalize_link() leaves it.
  std::string url;
  /// As the client calls it, whatever that is; empty where it has no name.
  std::string name = {};
  /// It stood where a picture is meant to be; of what type it is, its bytes say.
  bool is_picture = false;
  bool operator==(const ChatAttachment&) const = default;
};

struct ChatMessage {
  ChatRole role = ChatRole::user;
  /// Valid UTF-8; the text parts of an array are joined by a blank line.
  std::string content = {};
  std::vector<ChatAttachment> attachments = {};
};

struct ChatRequest {
  std::string model;
  std::vector<ChatMessage> messages;
  bool stream = false;
  /// `stream_options.include_usage`.
  bool include_usage = false;
  /// `max_completion_tokens`, else `max_tokens`; at least 1.
  std::optional<std::uint64_t> max_tokens;
  /// Texts before which the answer ends; none of them is empty.
  std::vector<std::string> stop;
  /// How many answers are wanted, 1 to max_answers.
  std::size_t n = 1;
  /// Fields that were accepted and do nothing, such as "temperature" and "messages[].name": sorted,
  /// each once, in characters that a header value can hold, at most max_ignored of them.
  std::vector<std::string> ignored;
};

/// Bounds on what a request may hold; the length of the body is the caller's to bound.
struct RequestLimits {
  std::size_t messages = 2000;
  std::size_t parts_per_message = 1000;
  std::size_t model_name_bytes = 256;
  /// Links to attachments may be http: and not https: or data: only.
  bool allow_http_links = false;
  base::JsonLimits json = {};
};

inline constexpr std::size_t max_ignored = 32;
inline constexpr std::size_t max_answers = 8;

/// Fails with invalid_request, and Error::param names the field.
Result<ChatRequest> parse_chat_request(std::string_view body, const RequestLimits& limits = {});

}  // namespace lmbridge::openai
