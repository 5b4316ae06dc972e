#include "api/replies.hpp"

#include "base/text.hpp"
#include "openai/error_body.hpp"

#include <fmt/format.h>

namespace lmbridge::api {

http::Response error_response(const Error& error) {
  auto reply = openai::describe(error);
  auto response = http::json_response(static_cast<unsigned>(reply.status), std::move(reply.body));
  if (reply.retry_after_seconds >= 0) {
    response.headers.add("retry-after", fmt::to_string(reply.retry_after_seconds));
  }
  if (reply.should_retry) {
    response.headers.add("x-should-retry", *reply.should_retry ? "true" : "false");
  }
  if (error.code == ErrorCode::invalid_api_key) {
    response.headers.add("www-authenticate", "Bearer");
  }
  return response;
}

Result<void> require_json(const http::Request& request) {
  const auto given = request.headers.get("content-type").value_or("");
  const auto media_type = base::trimmed(given.substr(0, given.find(';')));
  if (base::equals_ignoring_case(media_type, "application/json")) return {};
  return fail(ErrorCode::unsupported_media_type,
              "the request must have the header content-type: application/json");
}

}  // namespace lmbridge::api
