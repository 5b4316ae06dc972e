// Where requests ask for a place, without pages.
#pragma once

#include "bridge/admission.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::bridge {

/// Gives out tickets, and jobs when the test says so.
class FakeAdmission final : public Admission, private TicketOffice {
 public:
  std::uint64_t next_arrival() override { return 41; }
  Result<std::unique_ptr<Ticket>> ask_for_place(OrderSource& source, base::Condition& news,
                                                const TicketHolder& holder,
                                                Arrival arrival) override {
    arrivals.emplace_back(arrival == Arrival::first ? "first" : "again");
    EXPECT_EQ(holder.arrival, 41U);
    if (refusal) return std::unexpected(*refusal);
    auto ticket = std::make_unique<Ticket>(static_cast<TicketOffice&>(*this), source, news, holder);
    waiting = ticket.get();
    return ticket;
  }
  [[nodiscard]] Error why_waiting() const override {
    return {.code = ErrorCode::page_not_ready, .message = "there is no page"};
  }
  [[nodiscard]] bool is_serving() const override { return serving; }
  [[nodiscard]] bool is_closing() const override { return closing; }
  void remember(base::Condition&) override { ++remembered; }
  void forget(base::Condition&) override { --remembered; }
  [[nodiscard]] std::size_t place_of(const Ticket&) const override { return 3; }

  std::vector<std::string> arrivals;
  Ticket* waiting = nullptr;
  std::optional<Error> refusal;
  bool serving = true;
  bool closing = false;
  int remembered = 0;

 private:
  void withdraw(const Ticket&) override { waiting = nullptr; }
};

}  // namespace lmbridge::bridge
