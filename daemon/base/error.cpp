#include "base/error.hpp"

#include <array>
#include <utility>

namespace lmbridge::base {

std::string_view name(ErrorCode code) {
  static constexpr auto names = std::to_array<std::string_view>({
      "invalid_request",
      "invalid_api_key",
      "forbidden",
      "not_found",
      "method_not_allowed",
      "model_not_found",
      "request_timeout",
      "payload_too_large",
      "unsupported_media_type",
      "header_too_large",
      "verification_required",
      "sign_in_required",
      "foreign_session",
      "stale_session_ids",
      "session_ids_missing",
      "attachment_too_large",
      "content_blocked",
      "rate_limited",
      "site_changed",
      "site_moved",
      "site_error",
      "site_unavailable",
      "network_error",
      "empty_response",
      "no_picture",
      "incomplete_answer",
      "upstream_timeout",
      "download_refused",
      "download_forbidden",
      "download_too_large",
      "download_failed",
      "upload_failed",
      "storage_full",
      "browser_not_found",
      "browser_start_failed",
      "browser_gone",
      "profile_in_use",
      "page_unreachable",
      "page_gone",
      "page_not_ready",
      "invalid_configuration",
      "address_in_use",
      "shutting_down",
      "draining",
      "overloaded",
      "queue_full",
      "timed_out",
      "cancelled",
      "internal",
  });
  static_assert(names.size() == static_cast<std::size_t>(last_error_code) + 1);
  return names.at(static_cast<std::size_t>(code));
}

std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}

std::unexpected<Error> fail_param(std::string param, std::string message) {
  return std::unexpected(Error{.code = ErrorCode::invalid_request,
                               .message = std::move(message),
                               .param = std::move(param)});
}

std::unexpected<Error> fail(ErrorCode code, std::string message, Error cause) {
  return std::unexpected(Error{.code = code,
                               .message = std::move(message),
                               .cause = std::make_shared<const Error>(std::move(cause))});
}

std::string describe_chain(const Error& error) {
  std::string text = error.message;
  for (auto* cause = error.cause.get(); cause != nullptr; cause = cause->cause.get()) {
    text += ": ";
    text += cause->message;
  }
  return text;
}

}  // namespace lmbridge::base
