#include "openai/chat_request.hpp"

#include "base/text.hpp"
#include "openai/ignored_fields.hpp"
#include "openai/message_parser.hpp"
#include "openai/option_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

/// Lists what does nothing: all but the fields that are acted upon, or that asked for nothing.
void list_ignored(const json::object& request, IgnoredFields& ignored) {
  static constexpr auto honoured = std::to_array<std::string_view>(
      {"model", "messages", "stream", "stream_options", "n", "tools", "functions"});
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
  const auto document = base::parse_strict_json(body, limits.json);
  if (!document) return std::unexpected(document.error());
  const auto* request = document->if_object();
  if (request == nullptr) return fail_param("", "the body must be a JSON object");

  auto model = parse_model(*request, limits);
  if (!model) return std::unexpected(std::move(model.error()));
  if (auto error = check_options(*request)) return std::unexpected(std::move(*error));
  IgnoredFields ignored(max_ignored);
  auto messages = parse_messages(*request, limits, ignored);
  if (!messages) return std::unexpected(std::move(messages.error()));
  list_ignored(*request, ignored);

  return ChatRequest{.model = std::move(*model),
                     .messages = std::move(*messages),
                     .stream = flag(*request, "stream"),
                     .include_usage = include_usage(*request),
                     .ignored = ignored.names()};
}

}  // namespace lmbridge::openai
