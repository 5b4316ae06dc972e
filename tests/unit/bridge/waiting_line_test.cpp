#include "bridge/waiting_line.hpp"

#include "tests/unit/coroutine_test.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <memory>

namespace lmbridge::bridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NoOrders final : public OrderSource {
 public:
  Result<Order> order() override { return Order(); }
};

class Line : public testing::Test, private TicketOffice {
 protected:
  /// A ticket that joins the line; its name is its request id.
  Ticket& join(std::string caller, std::string name, std::size_t bytes = 1) {
    return join_as({.caller = std::move(caller),
                    .request_id = std::move(name),
                    .arrival = ++arrivals_,
                    .bytes = bytes});
  }
  Ticket& join_as(TicketHolder holder) {
    holders_.push_back(std::move(holder));
    tickets_.push_back(std::make_unique<Ticket>(static_cast<TicketOffice&>(*this), source_, news_,
                                                holders_.back()));
    line_.join(*tickets_.back());
    return *tickets_.back();
  }

  std::vector<std::string> call_all() {
    std::vector<std::string> names;
    while (auto* ticket = line_.call_next()) {
      names.push_back(ticket->holder().request_id);
      ticket->settle(fail(ErrorCode::internal, "called"));
    }
    return names;
  }
  std::vector<std::string> shown(std::size_t most) {
    std::vector<std::string> names;
    for (const auto* ticket : line_.first(most)) names.push_back(ticket->holder().request_id);
    return names;
  }

  WaitingLine line_{{.requests = 5, .bytes = 100}};

 private:
  void withdraw(const Ticket& ticket) override { line_.leave(ticket); }

  boost::asio::io_context context_{1};
  base::Condition news_{context_.get_executor()};
  NoOrders source_;
  std::uint64_t arrivals_ = 0;
  std::deque<TicketHolder> holders_;
  std::deque<std::unique_ptr<Ticket>> tickets_;
};

TEST_F(Line, CallsTheRequestsOfOneCallerInTheOrderOfTheirArrival) {
  for (const auto* name : {"1", "2", "3"}) join("", name);
  EXPECT_EQ(line_.size(), 3U);
  EXPECT_THAT(call_all(), ElementsAre("1", "2", "3"));
  EXPECT_TRUE(line_.empty());
  EXPECT_EQ(line_.call_next(), nullptr);
}

TEST_F(Line, GivesCallersTheirTurnsHoweverManyRequestsOneOfThemHas) {
  for (const auto* name : {"a1", "a2", "a3"}) join("a", name);
  join("b", "b1");
  join("c", "c1");
  join("b", "b2");
  EXPECT_THAT(shown(10), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
  EXPECT_THAT(call_all(), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
}

TEST_F(Line, KnowsThePlaceOfEachAsItWillBeCalled) {
  std::vector<Ticket*> tickets;
  for (const auto* name : {"a1", "a2", "a3"}) tickets.push_back(&join("a", name));
  for (const auto* name : {"b1", "b2"}) tickets.push_back(&join("b", name));
  std::vector<std::size_t> places;
  for (const auto* ticket : tickets) places.push_back(line_.place_of(*ticket));
  EXPECT_THAT(places, ElementsAre(1, 3, 5, 2, 4));
  line_.call_next();
  EXPECT_EQ(line_.place_of(*tickets[0]), 0U) << "called";
  EXPECT_EQ(line_.place_of(*tickets[3]), 1U);
  EXPECT_EQ(line_.place_of(*tickets[1]), 2U);
}

TEST_F(Line, PutsOneThatComesBackBeforeThoseThatArrivedAfterIt) {
  auto& early = join("a", "early");
  join("a", "late");
  const auto holder = early.holder();
  line_.leave(early);
  join_as(holder);
  EXPECT_THAT(call_all(), ElementsAre("early", "late"));
}

TEST_F(Line, HasRoomForSoManyRequestsAndBytes) {
  for (int i = 0; i < 4; ++i) join("", "x", 20);
  EXPECT_TRUE(line_.has_room(20));
  EXPECT_FALSE(line_.has_room(21)) << "too many bytes";
  join("", "x", 1);
  EXPECT_FALSE(line_.has_room(1)) << "too many requests";
  line_.call_next();
  EXPECT_TRUE(line_.has_room(1));
}

TEST_F(Line, LetsATicketLeaveFromAnyPlaceAndOnceOnly) {
  join("a", "1");
  auto& second = join("a", "2");
  join("a", "3");
  line_.leave(second);
  line_.leave(second);
  EXPECT_EQ(line_.size(), 2U);
  EXPECT_EQ(line_.place_of(second), 0U);
  EXPECT_THAT(call_all(), ElementsAre("1", "3"));
}

TEST_F(Line, DismissesAll) {
  join("a", "1");
  join("b", "2");
  EXPECT_EQ(line_.dismiss().size(), 2U);
  EXPECT_THAT(shown(10), IsEmpty());
  EXPECT_TRUE(line_.has_room(100));
}

TEST_F(Line, ShowsNoMoreThanItIsAskedFor) {
  for (const auto* name : {"1", "2", "3"}) join("", name);
  EXPECT_THAT(shown(2), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace lmbridge::bridge
