#include "openai/chat_request.hpp"

#include "openai/field_rules.hpp"
#include "openai/ignored_fields.hpp"
#include "openai/message_parser.hpp"
#include "openai/option_checks.hpp"

#include <algorithm>
#include <array>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

bool include_usage(const json::object& request) {
  const auto* options = request.if_contains("stream_options");
  return options != nullptr && options->is_object() && flag(options->get_object(), "include_usage");
}

/// The checked `stop`: a text or a list of them.
std::vector<std::string> stop_texts(const json::object& request) {
  const auto* value = request.if_contains("stop");
  std::vector<std::string> texts;
  if (value == nullptr || value->is_null()) return texts;
  if (value->is_string()) texts.emplace_back(value->get_string());
  if (const auto* list = value->if_array()) {
    for (const auto& text : *list) texts.emplace_back(text.get_string());
  }
  std::erase(texts, "");
  return texts;
}

/// Lists what does nothing: all but the fields that are acted upon, or that asked for nothing.
void list_ignored(const json::object& request, IgnoredFields& ignored) {
  static constexpr auto honoured = std::to_array<std::string_view>(
      {"model", "messages", "stream", "stream_options", "n", "max_tokens", "max_completion_tokens",
       "stop", "tools", "functions"});
  for (const auto& [key, value] : request) {
    const bool acted_upon = std::ranges::find(honoured, std::string_view(key)) != honoured.end();
    if (!acted_upon && !value.is_null()) ignored.add("", key);
  }
  const auto* options = request.if_contains("stream_options");
  if (options == nullptr || !options->is_object()) return;
  for (const auto& [key, value] : options->get_object()) {
    if (key != "include_usage" && !value.is_null()) ignored.add("stream_options.", key);
  }
}

}  // namespace

Result<ChatRequest> parse_chat_request(std::string_view body, const RequestLimits& limits) {
  auto document = base::parse_strict_json(body, limits.json);
  if (!document) return std::unexpected(document.error());
  auto* request = document->if_object();
  if (request == nullptr) return fail_param("", "the body must be a JSON object");

  auto model = parse_model(*request, limits.model_name_bytes);
  if (!model) return std::unexpected(std::move(model.error()));
  if (auto error = check_options(*request)) return std::unexpected(std::move(*error));
  IgnoredFields ignored(max_ignored);
  auto messages = parse_messages(*request, limits, ignored);
  if (!messages) return std::unexpected(std::move(messages.error()));
  list_ignored(*request, ignored);

  auto max_tokens = whole_number(*request, "max_completion_tokens");
  if (!max_tokens) max_tokens = whole_number(*request, "max_tokens");
  return ChatRequest{.model = std::move(*model),
                     .messages = std::move(*messages),
                     .stream = flag(*request, "stream"),
                     .include_usage = include_usage(*request),
                     .max_tokens = max_tokens,
                     .stop = stop_texts(*request),
                     .n = whole_number(*request, "n").value_or(1),
                     .ignored = ignored.names()};
}

}  // namespace lmbridge::openai
