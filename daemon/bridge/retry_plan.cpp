#include "bridge/retry_plan.hpp"

#include <algorithm>

namespace lmbridge::bridge {

using std::chrono::milliseconds;
using std::chrono::seconds;

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
std::optional<milliseconds> RetryPlan::delay_after(const Error& error, bool elsewhere) {
  switch (error.code) {
    case ErrorCode::stale_session_ids:
    case ErrorCode::foreign_session:
      return elsewhere ? std::optional(milliseconds(0)) : std::nullopt;
    case ErrorCode::rate_limited:
      if (elsewhere) return milliseconds(0);
      return error.retry_after_seconds >= 0 ? seconds(error.retry_after_seconds) : unknown_rest;
    // These wait until a page takes requests again, and that takes its time.
    case ErrorCode::verification_required:
    case ErrorCode::sign_in_required:
    case ErrorCode::page_gone:
    case ErrorCode::browser_gone:
      return milliseconds(0);
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

std::optional<Retry> RetryPlan::after(const Error& error, bool elsewhere) {
  if (error.code == ErrorCode::empty_response) return after_empty(error);
  if (!recovery_.enabled || failures_ >= most_failures) return std::nullopt;
  const auto delay = delay_after(error, elsewhere);
  if (!delay || *delay > hold_left()) return std::nullopt;
  return Retry{.reason = error, .number = ++failures_, .most = most_failures, .delay = *delay};
}

}  // namespace lmbridge::bridge
