// What the site last said against sessions: that it does not know their ids, or that they are
// somebody else's. For those who manage them; which session is asked is EndpointSelector's.
#pragma once

#include "arena/endpoint_map.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace lmbridge::arena {

/// I/O thread only. In memory: a daemon that starts finds out anew.
class SessionRefusals {
 public:
  struct Refusal {
    /// stale_session_ids or foreign_session.
    ErrorCode why;
    std::chrono::system_clock::time_point when;
  };

  /// More than any map has; when there are more, what is known begins anew.
  static constexpr std::size_t most = 10'000;

  /// The clock outlives it.
  explicit SessionRefusals(const base::Clock& clock) : clock_(clock) {}

  /// How a request in this session failed; failures that say nothing of its ids change nothing.
  void note_failure(const Endpoint& endpoint, ErrorCode why);
  /// It has answered: its ids are good.
  void note_answer(const Endpoint& endpoint);

  /// nullptr when nothing is known against it.
  [[nodiscard]] const Refusal* find(const Endpoint& endpoint) const;

 private:
  const base::Clock& clock_;
  std::unordered_map<std::string, Refusal> refusals_;
};

}  // namespace lmbridge::arena
