// Which session of a model's pool a request takes, by what is known of each: whether it is busy and
// whether it has just turned out to be stale or out of its rate limit.
#pragma once

#include "arena/endpoint_map.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace lmbridge::arena {

/// I/O thread only. Outlives its leases. What it knows of a session is kept by the session's ids,
/// whatever pools it is in, so that it survives a reload of the map; sessions that nobody uses and
/// that do not rest take no memory.
class EndpointSelector {
 public:
  /// How long a session rests whose ids were stale.
  static constexpr std::chrono::seconds rest{60};

  /// A session that is in use until this goes.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : selector_(std::exchange(other.selector_, nullptr)), entry_(std::move(other.entry_)) {}
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { free(); }

    [[nodiscard]] const Endpoint& endpoint() const { return entry_.endpoint; }
    /// The type that the map gives, if it does.
    [[nodiscard]] std::optional<ModelType> type() const { return entry_.type; }
    /// The site knows nothing of these ids: others are taken before it for a while.
    void mark_stale();
    /// The site's rate limit for it is used up: it is not taken before `duration` has passed.
    void mark_limited(std::chrono::seconds duration);

   private:
    friend EndpointSelector;
    Lease(EndpointSelector& selector, PoolEntry entry)
        : selector_(&selector), entry_(std::move(entry)) {}
    void free();

    EndpointSelector* selector_;
    PoolEntry entry_;
  };

  /// The clock outlives it.
  explicit EndpointSelector(const base::Clock& clock) : clock_(clock) {}
  EndpointSelector(const EndpointSelector&) = delete;
  EndpointSelector& operator=(const EndpointSelector&) = delete;

  /// One of `entries`, which are not empty: round-robin, with a pointer for each `model`. Entries
  /// that rest are passed over, and busy ones while another is free; if all rest, the one that has
  /// rested longest is taken, and if all are busy, the next of those with the fewest requests.
  /// rate_limited, with the seconds to wait, when the rate limits of all are used up.
  Result<Lease> take(std::string_view model, std::span<const PoolEntry> entries);
  /// How long until one of `entries` can be taken that is out of no rate limit: 0 when there is one
  /// now; nullopt when the ids of all of them were stale lately.
  [[nodiscard]] std::optional<std::chrono::milliseconds> fresh_in(
      std::span<const PoolEntry> entries) const;

  /// Sessions of which something is known; for tests and statistics.
  [[nodiscard]] std::size_t known_sessions() const { return sessions_.size(); }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Session {
    std::size_t running = 0;
    /// When its ids were stale; it rests for some time after that.
    std::optional<TimePoint> stale_since;
    /// Until when its rate limit is used up.
    std::optional<TimePoint> limited_until;

    [[nodiscard]] bool is_better_than(const Session& other) const;
    [[nodiscard]] bool is_known() const { return running > 0 || stale_since || limited_until; }
  };

  [[nodiscard]] Session state_of(const Endpoint& endpoint) const;
  std::size_t& pointer_of(std::string_view model);
  /// Forgets what has passed by now.
  void end_rests();

  const base::Clock& clock_;
  std::unordered_map<std::string, Session> sessions_;
  /// Keys of sessions by when something of theirs ends.
  std::multimap<TimePoint, std::string> resting_;
  /// By model, where the search begins next time.
  std::unordered_map<std::string, std::size_t> pointers_;
};

}  // namespace lmbridge::arena
