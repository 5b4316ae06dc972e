#include "bridge/retry_plan.hpp"

#include <algorithm>

namespace lmbridge::bridge {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A page that the site has refused takes its next request after a pause, and a session that can't
/// serve rests: neither is tried in a frenzy.
bool is_limited_otherwise(ErrorCode code) {
  switch (code) {
    case ErrorCode::verification_required:
    case ErrorCode::sign_in_required:
    case ErrorCode::rate_limited:
    case ErrorCode::stale_session_ids:
      return true;
    default:
      return false;
  }
}

}  // namespace

RetryPlan::Duration RetryPlan::hold_left() const {
  return std::max<Duration>(recovery_.hold_limit - held_, Duration(0));
}

std::optional<Retry> RetryPlan::after_empty(const Error& error) {
  if (!empty_retry_.enabled || empties_ >= empty_retry_.max_retries) return std::nullopt;
  auto delay = std::min(empty_retry_.base_delay, empty_retry_.max_delay);
  for (std::size_t i = 0; i < empties_ && delay < empty_retry_.max_delay; ++i) {
    delay = std::min(delay * 2, empty_retry_.max_delay);
  }
  return Retry{
      .reason = error, .number = ++empties_, .most = empty_retry_.max_retries, .delay = delay};
}

/// nullopt where another try is of no use.
std::optional<milliseconds> RetryPlan::delay_after(const Error& error,
                                                   std::optional<milliseconds> session_in) {
  switch (error.code) {
    case ErrorCode::stale_session_ids:
    case ErrorCode::foreign_session:
      return session_in;
    case ErrorCode::rate_limited:
      if (session_in) return session_in;
      return error.retry_after_seconds >= 0 ? seconds(error.retry_after_seconds) : unknown_rest;
    // These wait until a page takes requests again, and that takes its time.
    case ErrorCode::verification_required:
    case ErrorCode::sign_in_required:
      return milliseconds(0);
    case ErrorCode::page_gone:
    case ErrorCode::browser_gone:
      return page_backoff_.next(random_);
    case ErrorCode::network_error:
    case ErrorCode::site_unavailable:
    case ErrorCode::incomplete_answer:
    case ErrorCode::timed_out: {
      const auto pause = backoff_.next(random_);
      return std::max<milliseconds>(pause, seconds(error.retry_after_seconds));
    }
    default:
      return std::nullopt;
  }
}

std::optional<Retry> RetryPlan::after(const Error& error, std::optional<milliseconds> session_in) {
  if (error.code == ErrorCode::empty_response) return after_empty(error);
  if (!recovery_.enabled) return std::nullopt;
  const auto delay = delay_after(error, session_in);
  if (!delay || *delay > hold_left()) return std::nullopt;
  if (is_limited_otherwise(error.code)) {
    return Retry{.reason = error, .number = ++passed_on_, .most = 0, .delay = *delay};
  }
  if (failures_ >= most_failures) return std::nullopt;
  return Retry{.reason = error, .number = ++failures_, .most = most_failures, .delay = *delay};
}

}  // namespace lmbridge::bridge
