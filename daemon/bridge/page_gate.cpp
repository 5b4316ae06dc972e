#include "bridge/page_gate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace lmbridge::bridge {

std::string_view name(PageState state) {
  switch (state) {
    case PageState::loading:
      return "loading";
    case PageState::ready:
      return "ready";
    case PageState::needs_verification:
      return "needs_verification";
    case PageState::needs_sign_in:
      return "needs_sign_in";
  }
  return "";
}

void PageGate::lose() {
  has_document_ = false;
  challenged_ = false;
}

void PageGate::open() {
  has_document_ = true;
  challenged_ = false;
  fresh_ = true;
}

void PageGate::challenge() {
  has_document_ = true;
  challenged_ = true;
  blocked_ = ErrorCode::verification_required;
  // What comes after this document is behind the challenge.
  reloaded_ = true;
}

void PageGate::refuse(ErrorCode code, TimePoint now) {
  blocked_ = code;
  fresh_ = false;
  refused_at_ = now;
  // All requests that run are refused when the site asks for a human: that is one failure. One that
  // comes after somebody has done something is another.
  if (!std::exchange(reconsidered_, false) && now < next_trial_) return;
  next_trial_ = now + trial_pause_;
  trial_pause_ = std::min(trial_pause_ * 2, longest_trial_pause);
}

void PageGate::confirm() {
  blocked_.reset();
  reloaded_ = false;
  next_trial_ = TimePoint::min();
  trial_pause_ = shortest_trial_pause;
}

void PageGate::reconsider(TimePoint now) {
  if (!blocked_ || challenged_ || now - shortest_trial_pause < refused_at_) return;
  next_trial_ = now + time_to_leave;
  reconsidered_ = true;
  trial_pause_ = shortest_trial_pause;
}

PageState PageGate::state() const {
  if (challenged_) return PageState::needs_verification;
  if (blocked_ && !(fresh_ && reloaded_)) {
    return *blocked_ == ErrorCode::sign_in_required ? PageState::needs_sign_in
                                                    : PageState::needs_verification;
  }
  return has_document_ ? PageState::ready : PageState::loading;
}

std::size_t PageGate::limit(TimePoint now) const {
  if (!has_document_ || challenged_) return 0;
  if (!blocked_) return std::numeric_limits<std::size_t>::max();
  if (!reloaded_) return 0;
  return fresh_ || next_trial_ <= now ? 1 : 0;
}

std::optional<PageGate::TimePoint> PageGate::next_trial() const {
  const bool waits = blocked_ && has_document_ && !challenged_ && reloaded_ && !fresh_;
  if (!waits) return std::nullopt;
  return next_trial_;
}

}  // namespace lmbridge::bridge
