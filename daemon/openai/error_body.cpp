#include "openai/error_body.hpp"

#include "base/text.hpp"

#include <array>

namespace lmbridge::openai {
namespace {

using enum ErrorCode;

constexpr std::string_view bad_request = "invalid_request_error";
constexpr std::string_view no_permission = "permission_error";
constexpr std::string_view rate_limit = "rate_limit_error";
constexpr std::string_view server_error = "server_error";

struct Row {
  ErrorCode code;
  int status;
  std::string_view type;
  std::optional<bool> should_retry = std::nullopt;
  int retry_after_seconds = -1;
  /// In place of the error's own message, where that is for operators only.
  std::string_view message = {};
};

constexpr std::string_view no_browser = "the bridge has no browser to work with; its log says why";
constexpr std::string_view broken_daemon =
    "something went wrong inside the bridge; its log says what";

constexpr auto rows = std::to_array<Row>({
    {.code = invalid_request, .status = 400, .type = bad_request},
    {.code = invalid_api_key, .status = 401, .type = bad_request},
    {.code = forbidden, .status = 403, .type = no_permission},
    {.code = not_found, .status = 404, .type = bad_request},
    {.code = method_not_allowed, .status = 405, .type = bad_request},
    {.code = model_not_found, .status = 404, .type = bad_request},
    {.code = request_timeout, .status = 408, .type = bad_request, .should_retry = false},
    {.code = payload_too_large, .status = 413, .type = bad_request},
    {.code = unsupported_media_type, .status = 415, .type = bad_request},
    {.code = header_too_large, .status = 431, .type = bad_request},

    {.code = verification_required, .status = 503, .type = server_error, .should_retry = false},
    {.code = sign_in_required, .status = 503, .type = server_error, .should_retry = false},
    {.code = foreign_session, .status = 503, .type = server_error, .should_retry = false},
    {.code = stale_session_ids, .status = 503, .type = server_error, .should_retry = false},
    {.code = session_ids_missing, .status = 503, .type = server_error, .should_retry = false},
    {.code = attachment_too_large, .status = 413, .type = bad_request},
    {.code = content_blocked, .status = 400, .type = bad_request},
    {.code = rate_limited, .status = 429, .type = rate_limit},
    {.code = site_changed, .status = 502, .type = server_error, .should_retry = false},
    {.code = site_moved, .status = 502, .type = server_error, .should_retry = false},
    {.code = site_error, .status = 502, .type = server_error},
    {.code = site_unavailable, .status = 502, .type = server_error},
    {.code = network_error, .status = 502, .type = server_error},
    {.code = empty_response, .status = 502, .type = server_error},
    {.code = no_picture, .status = 502, .type = server_error, .should_retry = false},
    {.code = incomplete_answer, .status = 502, .type = server_error},
    {.code = upstream_timeout, .status = 504, .type = server_error},

    {.code = download_refused, .status = 502, .type = server_error, .should_retry = false},
    {.code = download_forbidden, .status = 502, .type = server_error, .should_retry = false},
    {.code = download_too_large, .status = 502, .type = server_error, .should_retry = false},
    {.code = download_failed, .status = 502, .type = server_error},
    {.code = upload_failed, .status = 502, .type = server_error},
    {.code = storage_full, .status = 507, .type = server_error},

    {.code = browser_not_found,
     .status = 503,
     .type = server_error,
     .should_retry = false,
     .message = no_browser},
    {.code = browser_start_failed, .status = 503, .type = server_error, .message = no_browser},
    {.code = browser_gone, .status = 503, .type = server_error},
    {.code = profile_in_use,
     .status = 503,
     .type = server_error,
     .should_retry = false,
     .message = no_browser},
    {.code = page_unreachable, .status = 503, .type = server_error},
    {.code = page_gone, .status = 503, .type = server_error},
    {.code = page_not_ready, .status = 503, .type = server_error},

    {.code = invalid_configuration,
     .status = 500,
     .type = server_error,
     .should_retry = false,
     .message = "the bridge's configuration does not allow this; its log says why"},
    {.code = address_in_use,
     .status = 500,
     .type = server_error,
     .should_retry = false,
     .message = broken_daemon},
    {.code = shutting_down, .status = 503, .type = server_error, .retry_after_seconds = 5},
    {.code = draining, .status = 503, .type = server_error, .retry_after_seconds = 5},
    {.code = overloaded, .status = 503, .type = server_error, .retry_after_seconds = 5},
    {.code = queue_full, .status = 429, .type = rate_limit, .retry_after_seconds = 5},
    {.code = timed_out, .status = 504, .type = server_error},
    {.code = cancelled, .status = 500, .type = server_error, .should_retry = false},
    {.code = internal, .status = 500, .type = server_error, .message = broken_daemon},
});

constexpr bool in_order_of_declaration() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].code) != i) return false;
  }
  return rows.size() == static_cast<std::size_t>(base::last_error_code) + 1;
}
static_assert(in_order_of_declaration());

std::string body_of(std::string_view message, const Row& row, std::string_view param) {
  constexpr std::size_t longest_param = 200;
  std::string body = "{\"error\":{\"message\":";
  base::append_json_string(body, message);
  body += ",\"type\":";
  base::append_json_string(body, row.type);
  body += ",\"param\":";
  if (param.empty()) {
    body += "null";
  } else {
    base::append_json_string(body, base::printable(base::excerpt(param, longest_param)));
  }
  body += ",\"code\":";
  base::append_json_string(body, base::name(row.code));
  body += "}}";
  return body;
}

}  // namespace

ErrorReply describe(const Error& error) {
  const auto& row = rows.at(static_cast<std::size_t>(error.code));
  // Bounded and printable, whatever of a request or a reply the message quotes.
  constexpr std::size_t longest_message = 2000;
  const auto message = base::printable(
      base::excerpt(row.message.empty() ? error.message : row.message, longest_message));
  return {.status = row.status,
          .type = row.type,
          .code = base::name(row.code),
          .message = message,
          .body = body_of(message, row, error.param),
          .retry_after_seconds =
              error.retry_after_seconds >= 0 ? error.retry_after_seconds : row.retry_after_seconds,
          .should_retry = row.should_retry};
}

}  // namespace lmbridge::openai
