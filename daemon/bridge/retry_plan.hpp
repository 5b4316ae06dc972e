// Whether a request whose try has failed is tried again, and when. Sans-IO.
#pragma once

#include "base/error.hpp"
#include "bridge/backoff.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <random>

namespace lmbridge::bridge {

/// A decision to try again.
struct Retry {
  Error reason;
  /// Counted from 1, among the tries for such reasons.
  std::size_t number = 0;
  /// How many there may be; 0 where only time limits them.
  std::size_t most = 0;
  std::chrono::milliseconds delay{0};
};

/// Of one request. Holding it (until it has a place, or before it is tried again) may take so long
/// as `retry_timeout_seconds` says, in all; answers without content are asked for again by rules of
/// their own (`empty_response_retry`).
class RetryPlan {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// Tries that failed for any reason but that the answer was empty, that a human is needed, or
  /// that a session of the site can't serve: those are as many as time, or the pool of sessions,
  /// allows.
  static constexpr std::size_t most_failures = 10;
  /// The rest of a session whose rate limit is used up where the site does not tell.
  static constexpr std::chrono::seconds unknown_rest{10};

  RetryPlan(const settings::Recovery& recovery, const settings::EmptyRetry& empty_retry)
      : recovery_(recovery), empty_retry_(empty_retry) {}

  /// After a failure; `session_in`: how long until a session of the site can serve the request,
  /// where that is what it failed for. nullopt: it has failed for good.
  std::optional<Retry> after(const Error& error,
                             std::optional<std::chrono::milliseconds> session_in);

  /// It has been held for so long.
  void count_hold(Duration duration) { held_ += duration; }
  /// How long it may still be held.
  [[nodiscard]] Duration hold_left() const;
  [[nodiscard]] bool may_wait_for_page() const { return recovery_.enabled; }
  /// Tries that were made again.
  [[nodiscard]] std::size_t retries() const { return failures_ + empties_ + passed_on_; }

 private:
  std::optional<Retry> after_empty(const Error& error);
  std::optional<std::chrono::milliseconds> delay_after(
      const Error& error, std::optional<std::chrono::milliseconds> session_in);

  settings::Recovery recovery_;
  settings::EmptyRetry empty_retry_;
  Backoff backoff_{
      {.shortest = std::chrono::milliseconds(150), .longest = std::chrono::milliseconds(8'000)}};
  /// A page that is lost again and again is no place for the last tries of a request.
  Backoff page_backoff_{{.first_at_once = true,
                         .shortest = std::chrono::milliseconds(50),
                         .longest = std::chrono::milliseconds(4'000)}};
  std::minstd_rand random_{std::random_device{}()};
  Duration held_{0};
  std::size_t failures_ = 0;
  std::size_t empties_ = 0;
  /// Failures that are not counted among `failures_`.
  std::size_t passed_on_ = 0;
};

}  // namespace lmbridge::bridge
