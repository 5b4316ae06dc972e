#include "arena/endpoint_selector.hpp"

namespace lmbridge::arena {
namespace {

/// Ids are UUIDs, so nothing else than the pair itself has this key.
std::string key_of(const Endpoint& endpoint) {
  return endpoint.session_id + '/' + endpoint.message_id;
}

}  // namespace

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
  selector_->resting_.emplace_back(now + rest, std::move(key));
}

void EndpointSelector::Lease::free() {
  if (selector_ == nullptr) return;
  const auto session = selector_->sessions_.find(key_of(entry_.endpoint));
  const bool idle = --session->second.running == 0;
  if (idle && !session->second.stale_since) selector_->sessions_.erase(session);
}

bool EndpointSelector::Session::is_better_than(const Session& other) const {
  // Nothing compares less than any time: who does not rest comes first.
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
  while (!resting_.empty() && resting_.front().first <= now) {
    const auto session = sessions_.find(resting_.front().second);
    // It may have been found stale again meanwhile, and then rests on.
    if (session != sessions_.end() && session->second.stale_since &&
        *session->second.stale_since + rest <= now) {
      session->second.stale_since.reset();
      if (session->second.running == 0) sessions_.erase(session);
    }
    resting_.pop_front();
  }
}

EndpointSelector::Lease EndpointSelector::take(std::string_view model,
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
  pointer = best + 1;
  ++sessions_[key_of(entries[best].endpoint)].running;
  return {*this, entries[best]};
}

}  // namespace lmbridge::arena
