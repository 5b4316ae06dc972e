#include "openai/option_checks.hpp"

#include "openai/chat_request.hpp"
#include "openai/field_rules.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

constexpr auto number_rules = std::to_array<NumberRule>({
    {.field = "temperature", .least = 0, .most = 2, .whole = false},
    {.field = "top_p", .least = 0, .most = 1, .whole = false},
    {.field = "presence_penalty", .least = -2, .most = 2, .whole = false},
    {.field = "frequency_penalty", .least = -2, .most = 2, .whole = false},
    {.field = "max_tokens", .least = 1, .most = unbounded, .whole = true},
    {.field = "max_completion_tokens", .least = 1, .most = unbounded, .whole = true},
    {.field = "seed", .least = -unbounded, .most = unbounded, .whole = true},
    {.field = "top_logprobs", .least = 0, .most = 20, .whole = true},
    {.field = "n", .least = 1, .most = max_answers, .whole = true},
});

constexpr auto kind_rules = std::to_array<KindRule>({
    {.field = "stream", .kind = FieldKind::boolean, .what = "true or false"},
    {.field = "stream_options", .kind = FieldKind::object, .what = "an object"},
    {.field = "logprobs", .kind = FieldKind::boolean, .what = "true or false"},
    {.field = "store", .kind = FieldKind::boolean, .what = "true or false"},
    {.field = "parallel_tool_calls", .kind = FieldKind::boolean, .what = "true or false"},
    {.field = "user", .kind = FieldKind::string, .what = "a string"},
    {.field = "logit_bias", .kind = FieldKind::object, .what = "an object"},
    {.field = "metadata", .kind = FieldKind::object, .what = "an object"},
    {.field = "response_format", .kind = FieldKind::object, .what = "an object"},
    {.field = "tools", .kind = FieldKind::array, .what = "an array"},
    {.field = "functions", .kind = FieldKind::array, .what = "an array"},
});

/// Every piece of an answer is compared with all beginnings of a stop sequence.
std::optional<Error> check_stop_text(const json::value& text, std::string_view field) {
  constexpr std::size_t longest = 500;
  if (!text.is_string()) return refuse_field(field, "a stop sequence must be a string");
  const auto size = text.get_string().size();
  if (size <= longest) return std::nullopt;
  return refuse_field(
      field, fmt::format("a stop sequence has {} bytes; at most {} are allowed", size, longest));
}

std::optional<Error> check_stop(const json::object& request) {
  constexpr std::size_t most = 4;
  const auto* stop = given_field(request, "stop");
  if (stop == nullptr) return std::nullopt;
  if (stop->is_string()) return check_stop_text(*stop, "stop");
  const auto* list = stop->if_array();
  if (list == nullptr || list->size() > most) {
    return refuse_field("stop", fmt::format("stop must be a string or at most {} strings", most));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (auto error = check_stop_text((*list)[i], fmt::format("stop[{}]", i))) return error;
  }
  return std::nullopt;
}

std::optional<Error> check_stream_options(const json::object& request) {
  const auto* options = given_field(request, "stream_options");
  if (options == nullptr) return std::nullopt;
  const auto* include_usage = given_field(options->get_object(), "include_usage");
  if (include_usage == nullptr || include_usage->is_bool()) return std::nullopt;
  return refuse_field("stream_options.include_usage", "include_usage must be true or false");
}

std::optional<Error> refuse_unsupported(const json::object& request) {
  for (const std::string_view field : {"tools", "functions"}) {
    const auto* list = given_field(request, field);
    if (list == nullptr || list->get_array().empty()) continue;
    return refuse_field(
        field, fmt::format("{} are not supported yet: send the request without them", field));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> check_options(const json::object& request) {
  if (auto error = check_fields(request, kind_rules, number_rules)) return error;
  if (auto error = check_stop(request)) return error;
  if (auto error = check_stream_options(request)) return error;
  return refuse_unsupported(request);
}

}  // namespace lmbridge::openai
