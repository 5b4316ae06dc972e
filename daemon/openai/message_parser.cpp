#include "openai/message_parser.hpp"

#include "base/text.hpp"
#include "openai/content_parts.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <optional>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

/// Parses one message; `path_` is where it stands, for Error::param.
class MessageParser {
 public:
  MessageParser(json::object& message, std::string path, const RequestLimits& limits,
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
    return ChatMessage{.role = *role,
                       .content = std::move(content->text),
                       .attachments = std::move(content->attachments)};
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

  Result<Content> parse_content(ChatRole role) {
    const auto field = path_ + ".content";
    auto* value = message_.if_contains("content");
    if (value == nullptr || value->is_null()) {
      if (role == ChatRole::assistant) return Content();
      return fail_param(field, "a message of this role needs content: a string or parts");
    }
    if (value->is_string()) return Content{.text = take(value->get_string()), .attachments = {}};
    if (value->is_array()) return parse_parts(value->get_array(), field, limits_, ignored_);
    return fail_param(field, "content must be a string or an array of parts");
  }

  json::object& message_;
  std::string path_;
  const RequestLimits& limits_;
  IgnoredFields& ignored_;
};

}  // namespace

Result<std::vector<ChatMessage>> parse_messages(json::object& request, const RequestLimits& limits,
                                                IgnoredFields& ignored) {
  auto* value = request.if_contains("messages");
  if (value == nullptr) return fail_param("messages", "messages are missing");
  if (!value->is_array()) return fail_param("messages", "messages must be an array");
  auto& array = value->get_array();
  if (array.empty()) return fail_param("messages", "messages must not be empty");
  if (array.size() > limits.messages) {
    return fail_param("messages", fmt::format("there are {} messages; at most {} are allowed",
                                              array.size(), limits.messages));
  }
  std::vector<ChatMessage> messages;
  messages.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto path = fmt::format("messages[{}]", i);
    auto* object = array[i].if_object();
    if (object == nullptr) return fail_param(std::move(path), "a message must be an object");
    auto message = MessageParser(*object, std::move(path), limits, ignored).parse();
    if (!message) return std::unexpected(std::move(message.error()));
    messages.push_back(std::move(*message));
  }
  return messages;
}

}  // namespace lmbridge::openai
