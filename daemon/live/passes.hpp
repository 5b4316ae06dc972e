// Who may look: tokens, each good once and for a while, and the secrets by which a viewer who has
// come with one is known again. Pure: time is handed in.
#pragma once

#include "base/sha256.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::live {

/// Of one command that invites.
using InvitationId = std::uint64_t;

/// Why somebody may not look.
enum class Refusal {
  /// There is no such secret.
  wrong,
  /// The token has been used before.
  used,
  expired,
  /// Somebody else has come with a newer token.
  replaced
};

/// The name that viewers and counters see, e.g. "expired".
std::string_view name(Refusal refusal);

class Passes {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// The token of a new invitation.
  std::string issue(InvitationId id, TimePoint expires);
  void withdraw(InvitationId id);

  struct Entry {
    InvitationId id = 0;
    /// Lets the same viewer in again.
    std::string resume;
  };
  /// From now on nobody else may look.
  std::expected<Entry, Refusal> enter(std::string_view token, TimePoint now);
  /// For as long as nobody else has come.
  [[nodiscard]] std::expected<InvitationId, Refusal> resume(std::string_view secret) const;

  [[nodiscard]] bool empty() const { return passes_.empty(); }

 private:
  struct Pass {
    InvitationId id = 0;
    base::Digest token{};
    TimePoint expires;
    bool is_used = false;
    /// Once it is used.
    base::Digest resume{};
  };

  std::vector<Pass> passes_;
  /// Some that were withdrawn, so that people who come late learn why their link is of no use.
  struct Past {
    base::Digest token{};
    Refusal refusal = Refusal::expired;
  };
  std::deque<Past> past_;
  /// The one that was used last.
  InvitationId current_ = 0;
};

}  // namespace lmbridge::live
