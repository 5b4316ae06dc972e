#include "openai/option_checks.hpp"

#include "openai/chat_request.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

struct NumberRule {
  std::string_view field;
  double least;
  double most;
  bool whole;
};

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

enum class Kind { boolean, string, array, object };

struct KindRule {
  std::string_view field;
  Kind kind;
  std::string_view what;
};

constexpr auto kind_rules = std::to_array<KindRule>({
    {.field = "stream", .kind = Kind::boolean, .what = "true or false"},
    {.field = "stream_options", .kind = Kind::object, .what = "an object"},
    {.field = "logprobs", .kind = Kind::boolean, .what = "true or false"},
    {.field = "store", .kind = Kind::boolean, .what = "true or false"},
    {.field = "parallel_tool_calls", .kind = Kind::boolean, .what = "true or false"},
    {.field = "user", .kind = Kind::string, .what = "a string"},
    {.field = "logit_bias", .kind = Kind::object, .what = "an object"},
    {.field = "metadata", .kind = Kind::object, .what = "an object"},
    {.field = "response_format", .kind = Kind::object, .what = "an object"},
    {.field = "tools", .kind = Kind::array, .what = "an array"},
    {.field = "functions", .kind = Kind::array, .what = "an array"},
});

/// The value of `field`; nullptr when it is absent or null.
const json::value* given(const json::object& object, std::string_view field) {
  const auto* value = object.if_contains(field);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Error refuse(std::string_view field, std::string message) {
  return fail_param(std::string(field), std::move(message)).error();
}

bool is_of(Kind kind, const json::value& value) {
  switch (kind) {
    case Kind::boolean:
      return value.is_bool();
    case Kind::string:
      return value.is_string();
    case Kind::array:
      return value.is_array();
    case Kind::object:
      return value.is_object();
  }
  return false;
}

std::string describe(const NumberRule& rule) {
  const std::string_view what = rule.whole ? "a whole number" : "a number";
  if (std::isinf(rule.least)) return std::string(what);
  if (std::isinf(rule.most)) return fmt::format("{} of at least {}", what, rule.least);
  return fmt::format("{} from {} to {}", what, rule.least, rule.most);
}

bool fits(const NumberRule& rule, const json::value& value) {
  if (!value.is_number()) return false;
  const auto number = value.to_number<double>();
  if (number < rule.least || number > rule.most) return false;
  return !rule.whole || number == std::floor(number);
}

/// Every piece of an answer is compared with all beginnings of a stop sequence.
std::optional<Error> check_stop_text(const json::value& text, std::string_view field) {
  constexpr std::size_t longest = 500;
  if (!text.is_string()) return refuse(field, "a stop sequence must be a string");
  const auto size = text.get_string().size();
  if (size <= longest) return std::nullopt;
  return refuse(field,
                fmt::format("a stop sequence has {} bytes; at most {} are allowed", size, longest));
}

std::optional<Error> check_stop(const json::object& request) {
  constexpr std::size_t most = 4;
  const auto* stop = given(request, "stop");
  if (stop == nullptr) return std::nullopt;
  if (stop->is_string()) return check_stop_text(*stop, "stop");
  const auto* list = stop->if_array();
  if (list == nullptr || list->size() > most) {
    return refuse("stop", fmt::format("stop must be a string or at most {} strings", most));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (auto error = check_stop_text((*list)[i], fmt::format("stop[{}]", i))) return error;
  }
  return std::nullopt;
}

std::optional<Error> check_stream_options(const json::object& request) {
  const auto* options = given(request, "stream_options");
  if (options == nullptr) return std::nullopt;
  const auto* include_usage = given(options->get_object(), "include_usage");
  if (include_usage == nullptr || include_usage->is_bool()) return std::nullopt;
  return refuse("stream_options.include_usage", "include_usage must be true or false");
}

std::optional<Error> refuse_unsupported(const json::object& request) {
  for (const std::string_view field : {"tools", "functions"}) {
    const auto* list = given(request, field);
    if (list == nullptr || list->get_array().empty()) continue;
    return refuse(field,
                  fmt::format("{} are not supported yet: send the request without them", field));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> check_options(const json::object& request) {
  for (const auto& rule : kind_rules) {
    const auto* value = given(request, rule.field);
    if (value == nullptr || is_of(rule.kind, *value)) continue;
    return refuse(rule.field, fmt::format("{} must be {}", rule.field, rule.what));
  }
  for (const auto& rule : number_rules) {
    const auto* value = given(request, rule.field);
    if (value == nullptr || fits(rule, *value)) continue;
    return refuse(rule.field, fmt::format("{} must be {}", rule.field, describe(rule)));
  }
  if (auto error = check_stop(request)) return error;
  if (auto error = check_stream_options(request)) return error;
  return refuse_unsupported(request);
}

}  // namespace lmbridge::openai
