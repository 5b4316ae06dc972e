// What goes wrong, as a value. Fallible functions return Result<T>; exceptions are for start-up and
// for bugs, and are caught once at the root of each task.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace lmbridge::base {

/// The kinds of failure that somebody can tell apart: an OpenAI client by `error.code`, an operator
/// by the log line, a script by the exit code. openai::describe() maps each to an HTTP answer.
enum class ErrorCode {
  // The client's request.
  invalid_request,
  invalid_api_key,
  forbidden,
  not_found,
  method_not_allowed,
  model_not_found,
  request_timeout,
  payload_too_large,
  unsupported_media_type,
  header_too_large,
  // The site's answer (failure table of spec/protocol.md).
  verification_required,
  sign_in_required,
  foreign_session,
  stale_session_ids,
  session_ids_missing,
  attachment_too_large,
  content_blocked,
  rate_limited,
  site_changed,
  site_moved,
  site_error,
  site_unavailable,
  network_error,
  empty_response,
  no_picture,
  incomplete_answer,
  upstream_timeout,
  // Files behind links, and files that shall become links.
  download_refused,
  download_forbidden,
  download_too_large,
  download_failed,
  upload_failed,
  storage_full,
  // The browser.
  browser_not_found,
  browser_start_failed,
  browser_gone,
  profile_in_use,
  page_unreachable,
  page_gone,
  page_not_ready,
  // The daemon.
  invalid_configuration,
  address_in_use,
  shutting_down,
  draining,
  overloaded,
  queue_full,
  timed_out,
  cancelled,
  internal,
};

/// The stable name that clients and logs see, e.g. "model_not_found".
std::string_view name(ErrorCode code);

/// All codes, in declaration order; for tables and their tests.
inline constexpr auto last_error_code = ErrorCode::internal;

struct Error {
  ErrorCode code = ErrorCode::internal;
  /// One or two sentences for the person who reads them: what happened, to what, what to do next.
  std::string message;
  /// The request field it is about, e.g. "messages[2].content"; empty when it is about no field.
  std::string param = {};
  /// Seconds after which another try makes sense; negative where nobody knows.
  int retry_after_seconds = -1;
  /// What lay beneath; shared because errors are copied to every call that failed for one reason.
  std::shared_ptr<const Error> cause = nullptr;
};

template <class T>
using Result = std::expected<T, Error>;

std::unexpected<Error> fail(ErrorCode code, std::string message);

/// A bad request whose fault lies in the field `param`.
std::unexpected<Error> fail_param(std::string param, std::string message);

/// The same failure seen from one level higher; `cause` stays readable in describe_chain().
std::unexpected<Error> fail(ErrorCode code, std::string message, Error cause);

/// "message: cause: cause of the cause", for logs.
std::string describe_chain(const Error& error);

}  // namespace lmbridge::base

namespace lmbridge {
using base::Error;
using base::ErrorCode;
using base::fail;
using base::fail_param;
using base::Result;
}  // namespace lmbridge
