#include "arena/endpoint_selector.hpp"

#include "arena/error_texts.hpp"

#include <algorithm>

namespace lmbridge::arena {

EndpointSelector::Lease& EndpointSelector::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  free();
  selector_ = std::exchange(other.selector_, nullptr);
  entry_ = std::move(other.entry_);
  return *this;
}

void EndpointSelector::Lease::mark_stale() {
  const auto now = selector_->clock_.now();
  auto key = key_of(entry_.endpoint);
  selector_->sessions_[key].stale_since = now;
  selector_->resting_.emplace(now + rest, std::move(key));
}

void EndpointSelector::Lease::mark_limited(std::chrono::seconds duration) {
  auto key = key_of(entry_.endpoint);
  auto& until = selector_->sessions_[key].limited_until;
  // Requests that were refused later know better.
  until = std::max(until.value_or(TimePoint::min()), selector_->clock_.now() + duration);
  selector_->resting_.emplace(*until, std::move(key));
}

void EndpointSelector::Lease::free() {
  if (selector_ == nullptr) return;
  const auto session = selector_->sessions_.find(key_of(entry_.endpoint));
  --session->second.running;
  if (!session->second.is_known()) selector_->sessions_.erase(session);
}

bool EndpointSelector::Session::is_better_than(const Session& other) const {
  // Nothing compares less than any time: who is not limited, or does not rest, comes first.
  if (limited_until != other.limited_until) return limited_until < other.limited_until;
  if (stale_since != other.stale_since) return stale_since < other.stale_since;
  return running < other.running;
}

EndpointSelector::Session EndpointSelector::state_of(const Endpoint& endpoint) const {
  const auto found = sessions_.find(key_of(endpoint));
  return found == sessions_.end() ? Session() : found->second;
}

std::size_t& EndpointSelector::pointer_of(std::string_view model) {
  // Names come and go with the map; far more than any map has are not worth remembering, and a
  // pointer that is lost only begins its round anew.
  constexpr std::size_t most = 10'000;
  if (pointers_.size() >= most) pointers_.clear();
  return pointers_[std::string(model)];
}

void EndpointSelector::end_rests() {
  const auto now = clock_.now();
  while (!resting_.empty() && resting_.begin()->first <= now) {
    const auto found = sessions_.find(resting_.begin()->second);
    resting_.erase(resting_.begin());
    if (found == sessions_.end()) continue;
    auto& session = found->second;
    // It may have been marked again meanwhile, and then rests on.
    if (session.stale_since && *session.stale_since + rest <= now) session.stale_since.reset();
    if (session.limited_until && *session.limited_until <= now) session.limited_until.reset();
    if (!session.is_known()) sessions_.erase(found);
  }
}

Result<EndpointSelector::Lease> EndpointSelector::take(std::string_view model,
                                                       std::span<const PoolEntry> entries) {
  end_rests();
  auto& pointer = pointer_of(model);
  auto best = pointer % entries.size();
  auto best_state = state_of(entries[best].endpoint);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const auto candidate = (pointer + i) % entries.size();
    const auto state = state_of(entries[candidate].endpoint);
    if (!state.is_better_than(best_state)) continue;
    best = candidate;
    best_state = state;
  }
  if (best_state.limited_until) {
    const auto left = *best_state.limited_until - clock_.now();
    return std::unexpected(Error{.code = ErrorCode::rate_limited,
                                 .message = sentence(ErrorCode::rate_limited),
                                 .retry_after_seconds = static_cast<int>(
                                     std::chrono::ceil<std::chrono::seconds>(left).count())});
  }
  pointer = best + 1;
  ++sessions_[key_of(entries[best].endpoint)].running;
  return Lease(*this, entries[best]);
}

std::optional<std::chrono::milliseconds> EndpointSelector::fresh_in(
    std::span<const PoolEntry> entries) const {
  const auto now = clock_.now();
  std::optional<TimePoint> earliest;
  for (const auto& entry : entries) {
    const auto state = state_of(entry.endpoint);
    if (state.stale_since && *state.stale_since + rest > now) continue;
    const auto free_at = std::max(state.limited_until.value_or(now), now);
    earliest = std::min(earliest.value_or(free_at), free_at);
  }
  if (!earliest) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(*earliest - now);
}

}  // namespace lmbridge::arena
