// Where requests ask for a place in a page.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"
#include "bridge/ticket.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace lmbridge::bridge {

/// Whether a request is new to the line, or has been in it and comes back after a failed try.
enum class Arrival { first, again };

/// I/O thread only. Outlives its tickets.
class Admission {
 public:
  virtual ~Admission() = default;

  /// TicketHolder::arrival for a new request.
  virtual std::uint64_t next_arrival() = 0;
  /// A ticket for the next place, which may be settled already. All but the arrival outlive the
  /// ticket. Errors: queue_full, shutting_down.
  virtual Result<std::unique_ptr<Ticket>> ask_for_place(OrderSource& source, base::Condition& news,
                                                        const TicketHolder& holder,
                                                        Arrival arrival) = 0;
  /// Why requests have to wait now, as the error of one that has waited too long.
  [[nodiscard]] virtual Error why_waiting() const = 0;
  /// Some page takes requests, if not now, then when others have ended.
  [[nodiscard]] virtual bool is_serving() const = 0;
  /// The daemon is shutting down: nothing is tried again.
  [[nodiscard]] virtual bool is_closing() const = 0;
  /// `news` is notified when is_closing() or is_serving() may have changed, until it is forgotten;
  /// several answers may share it.
  virtual void remember(base::Condition& news) = 0;
  virtual void forget(base::Condition& news) = 0;
  /// 1 for the ticket that is next; 0 for one that does not wait.
  [[nodiscard]] virtual std::size_t place_of(const Ticket& ticket) const = 0;
};

}  // namespace lmbridge::bridge
