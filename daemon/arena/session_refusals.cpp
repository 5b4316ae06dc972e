#include "arena/session_refusals.hpp"

namespace lmbridge::arena {

void SessionRefusals::note_failure(const Endpoint& endpoint, ErrorCode why) {
  if (why != ErrorCode::stale_session_ids && why != ErrorCode::foreign_session) return;
  if (refusals_.size() >= most) refusals_.clear();
  refusals_.insert_or_assign(key_of(endpoint), Refusal{.why = why, .when = clock_.wall_now()});
}

void SessionRefusals::note_answer(const Endpoint& endpoint) {
  // As a rule there is nothing, and then no key need be made.
  if (!refusals_.empty()) refusals_.erase(key_of(endpoint));
}

const SessionRefusals::Refusal* SessionRefusals::find(const Endpoint& endpoint) const {
  const auto found = refusals_.find(key_of(endpoint));
  return found == refusals_.end() ? nullptr : &found->second;
}

}  // namespace lmbridge::arena
