#include "bridge/waiting_line.hpp"

#include <algorithm>
#include <iterator>

namespace lmbridge::bridge {

bool WaitingLine::has_room(std::size_t bytes) const {
  return size_ < limits_.requests && bytes_ + bytes <= limits_.bytes;
}

void WaitingLine::join(Ticket& ticket) {
  auto caller = std::ranges::find(callers_, ticket.holder().caller, &Caller::name);
  if (caller == callers_.end()) {
    callers_.push_back({.name = ticket.holder().caller, .tickets = {}});
    caller = std::prev(callers_.end());
  }
  auto& tickets = caller->tickets;
  const auto later = std::ranges::find_if(tickets, [&ticket](const Ticket* other) {
    return other->holder().arrival > ticket.holder().arrival;
  });
  tickets.insert(later, &ticket);
  ++size_;
  bytes_ += ticket.holder().bytes;
}

void WaitingLine::leave(const Ticket& ticket) {
  const auto caller = std::ranges::find(callers_, ticket.holder().caller, &Caller::name);
  if (caller == callers_.end()) return;
  const auto found = std::ranges::find(caller->tickets, &ticket);
  if (found == caller->tickets.end()) return;
  caller->tickets.erase(found);
  if (caller->tickets.empty()) callers_.erase(caller);
  --size_;
  bytes_ -= ticket.holder().bytes;
}

Ticket* WaitingLine::call_next() {
  if (callers_.empty()) return nullptr;
  auto* ticket = callers_.front().tickets.front();
  // The caller's next request waits until all others had their turn.
  callers_.splice(callers_.end(), callers_, callers_.begin());
  leave(*ticket);
  return ticket;
}

std::vector<Ticket*> WaitingLine::dismiss() {
  std::vector<Ticket*> dismissed;
  while (auto* ticket = call_next()) dismissed.push_back(ticket);
  return dismissed;
}

std::size_t WaitingLine::place_of(const Ticket& ticket) const {
  const auto own = std::ranges::find(callers_, ticket.holder().caller, &Caller::name);
  if (own == callers_.end()) return 0;
  const auto found = std::ranges::find(own->tickets, &ticket);
  if (found == own->tickets.end()) return 0;
  const auto rounds = static_cast<std::size_t>(found - own->tickets.begin());
  std::size_t place = rounds + 1;
  bool before = true;
  for (auto other = callers_.begin(); other != callers_.end(); ++other) {
    if (other == own) {
      before = false;
    } else {
      place += std::min(other->tickets.size(), rounds + (before ? 1 : 0));
    }
  }
  return place;
}

std::vector<const Ticket*> WaitingLine::first(std::size_t most) const {
  std::vector<const Ticket*> first;
  for (std::size_t round = 0; first.size() < std::min(most, size_); ++round) {
    for (const auto& caller : callers_) {
      if (round < caller.tickets.size() && first.size() < most) {
        first.push_back(caller.tickets[round]);
      }
    }
  }
  return first;
}

}  // namespace lmbridge::bridge
