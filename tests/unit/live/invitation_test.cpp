#include "live/invitation.hpp"

#include "tests/unit/coroutine_test.hpp"

#include <gmock/gmock.h>

namespace lmbridge::live {
namespace {

using boost::asio::awaitable;
using Kind = InvitationEvent::Kind;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

class InvitationToALiveView : public testing::Test {
 protected:
  void make(std::chrono::milliseconds link, std::chrono::milliseconds idle) {
    invitation.emplace(context.get_executor(),
                       Invitation::Terms{.id = 1,
                                         .token = "t",
                                         .page = "",
                                         .expires = steady_clock::now() + link,
                                         .idle_limit = idle},
                       [this] { ++ends; });
  }

  awaitable<void> expect(Kind kind, std::string reason = "") {
    const auto event = co_await invitation->next();
    EXPECT_TRUE(event.has_value());
    if (!event) co_return;
    EXPECT_EQ(event->kind, kind);
    EXPECT_EQ(event->reason, reason);
  }

  boost::asio::io_context context{1};
  std::optional<Invitation> invitation;
  int ends = 0;
};

TEST_F(InvitationToALiveView, ExpiresWhenNobodyComes) {
  make(20ms, 1h);
  test::run(context, [&]() -> awaitable<void> {
    co_await expect(Kind::ended, "expired");
    EXPECT_FALSE((co_await invitation->next()).has_value());
  }());
}

TEST_F(InvitationToALiveView, LastsWhileSomebodyLooksAndAWhileLonger) {
  make(10ms, 30ms);
  test::run(context, [&]() -> awaitable<void> {
    invitation->note_came("a");
    invitation->note_came("b");
    invitation->note_left("a", endings::replaced);
    co_await expect(Kind::viewer_came);
    co_await expect(Kind::viewer_came);
    co_await expect(Kind::viewer_left, "replaced");
    const auto begun = steady_clock::now();
    invitation->note_left("b", endings::left);
    co_await expect(Kind::viewer_left, "left");
    co_await expect(Kind::ended, "idle");
    EXPECT_GE(steady_clock::now() - begun, 25ms);
  }());
}

TEST_F(InvitationToALiveView, EndsWithAViewerWhoDoesNothing) {
  make(1h, 1h);
  test::run(context, [&]() -> awaitable<void> {
    invitation->note_came("a");
    invitation->note_left("a", endings::idle);
    invitation->end("stopping");
    co_await expect(Kind::viewer_came);
    co_await expect(Kind::viewer_left, "idle");
    co_await expect(Kind::ended, "idle");
    EXPECT_FALSE((co_await invitation->next()).has_value());
  }());
}

TEST_F(InvitationToALiveView, SaysWhenItGoes) {
  make(1h, 1h);
  EXPECT_EQ(ends, 0);
  invitation.reset();
  EXPECT_EQ(ends, 1);
}

}  // namespace
}  // namespace lmbridge::live
