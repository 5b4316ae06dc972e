#include "openai/chat_request.hpp"

#include "base/text.hpp"
#include "openai/ignored_fields.hpp"
#include "openai/message_parser.hpp"
#include "openai/option_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

Result<std::string> parse_model(const json::object& request, const RequestLimits& limits) {
  const auto* value = request.if_contains("model");
  if (value == nullptr) return fail_param("model", "the model is missing");
  if (!value->is_string()) return fail_param("model", "model must be a string");
  const std::string_view model = value->get_string();
  if (base::trimmed(model).empty()) return fail_param("model", "model must not be empty");
  if (model.size() > limits.model_name_bytes) {
    return fail_param(
        "model", fmt::format("model must not have more than {} bytes", limits.model_name_bytes));
  }
  return std::string(model);
}

/// A checked option; absent and null are false.
bool flag(const json::object& object, std::string_view field) {
  const auto* value = object.if_contains(field);
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool include_usage(const json::object& request) {
  const auto* options = request.if_contains("stream_options");
  return options != nullptr && options->is_object() && flag(options->get_object(), "include_usage");
}

/// A checked number of at least 0; nothing where it is absent or null.
std::optional<std::uint64_t> whole_number(const json::object& request, std::string_view field) {
  const auto* value = request.if_contains(field);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_double()) {
    // What no integer can hold bounds nothing either.
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const auto number = value->get_double();
    return number < static_cast<double>(most) ? static_cast<std::uint64_t>(number) : most;
  }
  return value->to_number<std::uint64_t>();
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

  auto model = parse_model(*request, limits);
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
