#include "openai/message_parser.hpp"

#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <optional>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

/// Parses one message; `path_` is where it stands, for Error::param.
class MessageParser {
 public:
  MessageParser(const json::object& message, std::string path, const RequestLimits& limits,
                IgnoredFields& ignored)
      : message_(message), path_(std::move(path)), limits_(limits), ignored_(ignored) {}

  Result<ChatMessage> parse() {
    auto role = parse_role();
    if (!role) return std::unexpected(std::move(role.error()));
    if (auto refused = refuse_tools()) return std::unexpected(std::move(*refused));
    auto content = parse_content(*role);
    if (!content) return std::unexpected(std::move(content.error()));
    for (const auto& [key, value] : message_) {
      if (key != "role" && key != "content" && !value.is_null()) ignored_.add("messages[].", key);
    }
    return ChatMessage{.role = *role, .content = std::move(*content)};
  }

 private:
  Result<ChatRole> parse_role() {
    const auto* value = message_.if_contains("role");
    if (value == nullptr) return fail_param(path_ + ".role", "a message needs a role");
    if (!value->is_string()) return fail_param(path_ + ".role", "role must be a string");
    const std::string_view role = value->get_string();
    if (role == "system" || role == "developer") return ChatRole::system;
    if (role == "user") return ChatRole::user;
    if (role == "assistant") return ChatRole::assistant;
    if (role == "tool" || role == "function") {
      return fail_param(path_ + ".role",
                        fmt::format("messages of the role {} are not supported: the bridge has no "
                                    "tool calls yet; use system, developer, user or assistant",
                                    role));
    }
    return fail_param(path_ + ".role", fmt::format("there is no role {}: use system, developer, "
                                                   "user or assistant",
                                                   base::quoted(base::excerpt(role, 40))));
  }

  /// An answer that called tools has its meaning in the calls: to drop them would be silence.
  std::optional<Error> refuse_tools() {
    for (const auto* field : {"tool_calls", "function_call"}) {
      const auto* value = message_.if_contains(field);
      if (value == nullptr || value->is_null()) continue;
      if (value->is_array() && value->get_array().empty()) continue;
      return fail_param(fmt::format("{}.{}", path_, field),
                        "tool calls are not supported yet: send messages with text only")
          .error();
    }
    return std::nullopt;
  }

  Result<std::string> parse_content(ChatRole role) {
    const auto field = path_ + ".content";
    const auto* value = message_.if_contains("content");
    if (value == nullptr || value->is_null()) {
      if (role == ChatRole::assistant) return std::string();
      return fail_param(field, "a message of this role needs content: a string or text parts");
    }
    if (value->is_string()) return std::string(std::string_view(value->get_string()));
    if (value->is_array()) return join_parts(value->get_array(), field);
    return fail_param(field, "content must be a string or an array of text parts");
  }

  Result<std::string> join_parts(const json::array& parts, const std::string& field) {
    if (parts.empty()) return fail_param(field, "content must not be an empty array");
    if (parts.size() > limits_.parts_per_message) {
      return fail_param(field, fmt::format("content has {} parts; at most {} are allowed",
                                           parts.size(), limits_.parts_per_message));
    }
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto part = part_text(parts[i], fmt::format("{}[{}]", field, i));
      if (!part) return std::unexpected(part.error());
      if (i > 0) text += "\n\n";
      text += *part;
    }
    return text;
  }

  Result<std::string_view> part_text(const json::value& value, const std::string& path) {
    const auto* part = value.if_object();
    if (part == nullptr) return fail_param(path, "a content part must be an object");
    const auto* type = part->if_contains("type");
    if (type == nullptr || !type->is_string()) {
      return fail_param(path + ".type", "a content part needs a type, which is a string");
    }
    if (type->get_string() != "text") {
      return fail_param(
          path + ".type",
          fmt::format("parts of the type {} are not supported yet: send text parts only",
                      base::quoted(base::excerpt(type->get_string(), 40))));
    }
    const auto* text = part->if_contains("text");
    if (text == nullptr || !text->is_string()) {
      return fail_param(path + ".text", "a text part needs text, which is a string");
    }
    for (const auto& [key, member] : *part) {
      if (key != "type" && key != "text" && !member.is_null()) {
        ignored_.add("messages[].content[].", key);
      }
    }
    return std::string_view(text->get_string());
  }

  const json::object& message_;
  std::string path_;
  const RequestLimits& limits_;
  IgnoredFields& ignored_;
};

}  // namespace

Result<std::vector<ChatMessage>> parse_messages(const json::object& request,
                                                const RequestLimits& limits,
                                                IgnoredFields& ignored) {
  const auto* value = request.if_contains("messages");
  if (value == nullptr) return fail_param("messages", "messages are missing");
  if (!value->is_array()) return fail_param("messages", "messages must be an array");
  const auto& array = value->get_array();
  if (array.empty()) return fail_param("messages", "messages must not be empty");
  if (array.size() > limits.messages) {
    return fail_param("messages", fmt::format("there are {} messages; at most {} are allowed",
                                              array.size(), limits.messages));
  }
  std::vector<ChatMessage> messages;
  messages.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto path = fmt::format("messages[{}]", i);
    const auto* object = array[i].if_object();
    if (object == nullptr) return fail_param(std::move(path), "a message must be an object");
    auto message = MessageParser(*object, std::move(path), limits, ignored).parse();
    if (!message) return std::unexpected(std::move(message.error()));
    messages.push_back(std::move(*message));
  }
  return messages;
}

}  // namespace lmbridge::openai
