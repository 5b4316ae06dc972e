#include "openai/field_rules.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

bool is_of(FieldKind kind, const json::value& value) {
  switch (kind) {
    case FieldKind::boolean:
      return value.is_bool();
    case FieldKind::string:
      return value.is_string();
    case FieldKind::array:
      return value.is_array();
    case FieldKind::object:
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

}  // namespace

const json::value* given_field(const json::object& object, std::string_view field) {
  const auto* value = object.if_contains(field);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Error refuse_field(std::string_view field, std::string message) {
  return fail_param(std::string(field), std::move(message)).error();
}

std::optional<Error> check_fields(const json::object& request, std::span<const KindRule> kinds,
                                  std::span<const NumberRule> numbers) {
  for (const auto& rule : kinds) {
    const auto* value = given_field(request, rule.field);
    if (value == nullptr || is_of(rule.kind, *value)) continue;
    return refuse_field(rule.field, fmt::format("{} must be {}", rule.field, rule.what));
  }
  for (const auto& rule : numbers) {
    const auto* value = given_field(request, rule.field);
    if (value == nullptr || fits(rule, *value)) continue;
    return refuse_field(rule.field, fmt::format("{} must be {}", rule.field, describe(rule)));
  }
  return std::nullopt;
}

Result<std::string> parse_model(const json::object& request, std::size_t longest) {
  const auto* value = request.if_contains("model");
  if (value == nullptr) return fail_param("model", "the model is missing");
  if (!value->is_string()) return fail_param("model", "model must be a string");
  const std::string_view model = value->get_string();
  if (base::trimmed(model).empty()) return fail_param("model", "model must not be empty");
  if (model.size() > longest) {
    return fail_param("model", fmt::format("model must not have more than {} bytes", longest));
  }
  return std::string(model);
}

bool flag(const json::object& object, std::string_view field) {
  const auto* value = object.if_contains(field);
  return value != nullptr && value->is_bool() && value->get_bool();
}

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

}  // namespace lmbridge::openai
