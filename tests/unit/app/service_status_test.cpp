#include "app/service_status.hpp"

#include <gmock/gmock.h>

namespace lmbridge::app {
namespace {

using bridge::BridgeState;

ServiceView view(BridgeState state, std::string reason = "") {
  return {.readiness = {.state = state, .reason = std::move(reason)}, .pages = 2, .ready_pages = 2};
}

TEST(StatusLine, SaysHowManyPagesTakeRequests) {
  auto ready = view(BridgeState::ready);
  EXPECT_EQ(status_line(ready), "ready with 2 pages");
  ready.ready_pages = 1;
  EXPECT_EQ(status_line(ready), "ready with 1 of 2 pages");
  ready.pages = 1;
  EXPECT_EQ(status_line(ready), "ready with 1 page");
}

TEST(StatusLine, SaysWhatIsWaitedFor) {
  EXPECT_EQ(status_line(view(BridgeState::not_ready, "the browser is starting")),
            "not ready: the browser is starting");
  EXPECT_EQ(status_line(view(BridgeState::needs_verification, "answer it")),
            "waiting for a person: answer it");
  EXPECT_EQ(status_line(view(BridgeState::needs_sign_in, "sign in")),
            "waiting for a person: sign in");
  EXPECT_EQ(status_line(view(BridgeState::crash_loop, "it dies")), "crash loop: it dies");
}

TEST(StatusLine, CountsTheRequestsThatAreLeft) {
  auto left = view(BridgeState::draining);
  EXPECT_EQ(status_line(left), "draining: no requests are left");
  left.requests = 1;
  EXPECT_EQ(status_line(left), "draining: 1 request is left");
  left.readiness.state = BridgeState::shutting_down;
  left.requests = 3;
  EXPECT_EQ(status_line(left), "stopping: 3 requests are left");
}

}  // namespace
}  // namespace lmbridge::app
