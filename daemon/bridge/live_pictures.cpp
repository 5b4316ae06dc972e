#include "bridge/live_pictures.hpp"

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {

void LivePictures::start(TimePoint now) {
  changed_at_ = now;
  is_sharp_due_ = true;
}

void LivePictures::add(LiveFrame frame, std::int64_t number, TimePoint now) {
  if (std::exchange(number_, number) != number) unacknowledged_ = 0;
  ++unacknowledged_;
  if (frame.jpeg == last_) {
    // Nobody takes it, but there may be another.
    if (!waiting_) {
      is_taken_ = true;
      shown_at_ = now;
    }
    return;
  }
  last_ = frame.jpeg;
  waiting_ = std::move(frame);
  is_taken_ = false;
  changed_at_ = now;
  is_sharp_due_ = true;
  is_sharp_wanted_ = false;
}

void LivePictures::add_sharp(LiveFrame frame) {
  if (!std::exchange(is_sharp_wanted_, false)) return;
  frame.is_sharp = true;
  waiting_ = std::move(frame);
}

std::optional<LiveFrame> LivePictures::take(TimePoint now) {
  if (!waiting_) return std::nullopt;
  is_taken_ = true;
  shown_at_ = now;
  return std::exchange(waiting_, std::nullopt);
}

std::optional<std::int64_t> LivePictures::acknowledge(TimePoint now) {
  if (now < next_acknowledgement()) return std::nullopt;
  --unacknowledged_;
  acknowledged_at_ = now;
  return number_;
}

LivePictures::TimePoint LivePictures::next_acknowledgement() const {
  if (unacknowledged_ == 0 || !is_taken_) return TimePoint::max();
  return std::max(shown_at_, acknowledged_at_) + options_.frame_interval;
}

bool LivePictures::wants_sharp(TimePoint now) {
  if (!is_sharp_due_ || waiting_ || now < changed_at_ + options_.still_after) return false;
  is_sharp_due_ = false;
  is_sharp_wanted_ = true;
  return true;
}

LivePictures::TimePoint LivePictures::next_look() const {
  auto next = next_acknowledgement();
  if (is_sharp_due_ && !waiting_) next = std::min(next, changed_at_ + options_.still_after);
  return next;
}

}  // namespace lmbridge::bridge
