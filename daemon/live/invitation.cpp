#include "live/invitation.hpp"

#include <utility>

namespace lmbridge::live {
using boost::asio::awaitable;
using std::chrono::steady_clock;

Invitation::Invitation(const boost::asio::any_io_executor& executor, Terms terms,
                       std::function<void()> on_end)
    : terms_(std::move(terms)), on_end_(std::move(on_end)), changed_(executor) {}

Invitation::~Invitation() {
  on_end_();
}

Invitation::TimePoint Invitation::deadline() const {
  if (viewers_ > 0) return TimePoint::max();
  return is_opened_ ? left_at_ + terms_.idle_limit : terms_.expires;
}

awaitable<std::optional<InvitationEvent>> Invitation::next() {
  for (;;) {
    if (!events_.empty()) {
      auto event = std::move(events_.front());
      events_.pop_front();
      co_return event;
    }
    if (has_ended_) co_return std::nullopt;
    if (steady_clock::now() >= deadline()) {
      end(is_opened_ ? endings::idle.reason : "expired");
      continue;
    }
    co_await changed_.wait_until(deadline());
  }
}

void Invitation::note_came(std::string address) {
  is_opened_ = true;
  ++viewers_;
  tell({.kind = InvitationEvent::Kind::viewer_came, .address = std::move(address), .reason = {}});
}

void Invitation::note_left(std::string address, const Ending& ending) {
  --viewers_;
  left_at_ = steady_clock::now();
  tell({.kind = InvitationEvent::Kind::viewer_left,
        .address = std::move(address),
        .reason = std::string(ending.reason)});
  // Who is idle has had time enough.
  if (ending.reason == endings::idle.reason) end(ending.reason);
}

void Invitation::end(std::string_view reason) {
  if (std::exchange(has_ended_, true)) return;
  tell({.kind = InvitationEvent::Kind::ended, .address = {}, .reason = std::string(reason)});
}

void Invitation::tell(InvitationEvent event) {
  events_.push_back(std::move(event));
  changed_.notify();
}

}  // namespace lmbridge::live
