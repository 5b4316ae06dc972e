#include "control/replies.hpp"

#include "base/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lmbridge::control {
namespace json = boost::json;
namespace {

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_request:
      return 400;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::request_timeout:
      return 408;
    case ErrorCode::payload_too_large:
      return 413;
    case ErrorCode::unsupported_media_type:
      return 415;
    // The request is well-formed; what it asks for can't be put in force.
    case ErrorCode::invalid_configuration:
      return 422;
    case ErrorCode::header_too_large:
      return 431;
    case ErrorCode::browser_gone:
    case ErrorCode::shutting_down:
      return 503;
    case ErrorCode::timed_out:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

http::Response json_response(unsigned status, const json::object& body) {
  auto response = http::json_response(status, json::serialize(body) + "\n");
  response.headers.add("cache-control", "no-store");
  return response;
}

json::object error_object(const Error& error) {
  return {{"code", base::name(error.code)}, {"message", valid_text(base::describe_chain(error))}};
}

http::Response error_response(const Error& error) {
  return json_response(status_of(error.code), {{"error", error_object(error)}});
}

Result<std::string> name_in_path(const http::Request& request, std::string_view prefix) {
  auto name = http::percent_decoded(std::string_view(request.path).substr(prefix.size()));
  if (name && base::is_valid_utf8(*name)) return *std::move(name);
  return fail(ErrorCode::invalid_request, "the name in the path is not percent-encoded UTF-8");
}

Result<json::object> object_in_body(const http::Request& request,
                                    std::span<const std::string_view> allowed) {
  boost::system::error_code error;
  auto body = json::parse(request.body, error);
  if (error || !body.is_object()) {
    return fail(ErrorCode::invalid_request,
                fmt::format("the body must be a JSON object with: {}", fmt::join(allowed, ", ")));
  }
  for (const auto& member : body.as_object()) {
    if (std::ranges::find(allowed, std::string_view(member.key())) != allowed.end()) continue;
    return fail(
        ErrorCode::invalid_request,
        fmt::format("the body has {}, but only these may be in it: {}",
                    base::quoted(base::excerpt(member.key(), 80)), fmt::join(allowed, ", ")));
  }
  return std::move(body.as_object());
}

Result<std::string> text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value != nullptr && value->is_string() && !value->as_string().empty()) {
    return std::string(value->as_string());
  }
  return fail(ErrorCode::invalid_request,
              fmt::format("{} must be a text that is not empty", base::quoted(name)));
}

Result<bool> flag_in(const json::object& object, std::string_view name, bool usual) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return usual;
  if (value->is_bool()) return value->get_bool();
  return fail(ErrorCode::invalid_request,
              fmt::format("{} must be true or false", base::quoted(name)));
}

std::string valid_text(std::string_view text) {
  return base::is_valid_utf8(text) ? std::string(text) : base::printable(text);
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(valid_text(text));
}

json::array to_array(std::span<const std::string> texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(valid_text(text));
  return array;
}

}  // namespace lmbridge::control
