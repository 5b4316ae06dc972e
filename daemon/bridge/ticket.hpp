// A request that waits for a place in a page.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"
#include "bridge/job.hpp"
#include "bridge/page_protocol.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lmbridge::bridge {

/// Says what is to be asked of the site once there is a place: only then, because in which session
/// of the site depends on what is free at that moment, and because bodies are large.
class OrderSource {
 public:
  virtual ~OrderSource() = default;
  /// Called for each try. An error ends the wait with it.
  virtual Result<Order> order() = 0;
};

/// Whose request it is, for the line.
struct TicketHolder {
  /// Callers have turns: the name of the API key.
  std::string caller;
  /// As the client was told (x-request-id).
  std::string request_id;
  /// Admission::next_arrival(), kept when it comes back after a failed try.
  std::uint64_t arrival = 0;
  /// What it keeps in memory while it waits.
  std::size_t bytes = 0;
};

class Ticket;

/// Where tickets are waiting.
class TicketOffice {
 public:
  virtual ~TicketOffice() = default;
  /// The request does not wait any more.
  virtual void withdraw(const Ticket& ticket) = 0;
};

/// I/O thread only. Leaves the line when it goes.
class Ticket {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `office`, `source` and `news` outlive it; `news` is notified when the wait has ended. `holder`
  /// is kept by whoever asks again.
  Ticket(TicketOffice& office, OrderSource& source, base::Condition& news,
         const TicketHolder& holder)
      : office_(office), source_(source), news_(news), holder_(holder) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() {
    if (!outcome_) office_.withdraw(*this);
  }

  [[nodiscard]] const TicketHolder& holder() const { return holder_; }
  [[nodiscard]] TimePoint since() const { return since_; }
  [[nodiscard]] OrderSource& source() const { return source_; }
  [[nodiscard]] base::Condition& news() const { return news_; }

  /// Ends the wait: the job that the page works on now, or why there is none.
  void settle(Result<std::unique_ptr<Job>> outcome) {
    outcome_ = std::move(outcome);
    news_.notify();
  }

  [[nodiscard]] bool settled() const { return outcome_.has_value(); }
  /// Once, after settled().
  Result<std::unique_ptr<Job>> take_outcome() { return *std::move(outcome_); }

 private:
  TicketOffice& office_;
  OrderSource& source_;
  base::Condition& news_;
  const TicketHolder& holder_;
  TimePoint since_ = std::chrono::steady_clock::now();
  std::optional<Result<std::unique_ptr<Job>>> outcome_;
};

}  // namespace lmbridge::bridge
