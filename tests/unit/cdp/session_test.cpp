#include "cdp/session.hpp"

#include "cdp/protocol_page.hpp"
#include "tests/unit/cdp/connection_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;
using testing::ElementsAre;

/// Remembers what it is told.
class Listener final : public EventSink {
 public:
  bool on_event(std::string_view method, const Fields&) override {
    heard.emplace_back(method);
    return true;
  }
  void on_connection_ended() override { heard.emplace_back("ended"); }
  std::vector<std::string> heard;
};

class ASessionBesideOthers : public ConnectionFixture {
 protected:
  /// A session S on that target.
  awaitable<std::unique_ptr<Session>> attach(base::TaskGroup& tasks, std::string target_id,
                                             std::string method) {
    tasks.spawn("browser", [this, method]() -> awaitable<void> {
      co_await browser.reply(co_await browser.expect(method), R"({"sessionId":"S"})");
    });
    co_return test::must(
        co_await Session::attach(connection, std::move(target_id), listener, limit));
  }

  Listener listener;
};

TEST_F(ASessionBesideOthers, HearsItsOwnEventsAndEndsWithItsObject) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    auto session = co_await attach(tasks, "T", "Target.attachToTarget");
    session->post(page::Enable{});
    EXPECT_EQ((co_await browser.expect("Page.enable")).session_id, "S");
    co_await browser.event("S", "Page.loadEventFired");
    co_await browser.event("other", "Page.loadEventFired");
    co_await caught_up();
    EXPECT_THAT(listener.heard, ElementsAre("Page.loadEventFired"));
    session.reset();
    const auto detach = co_await browser.expect("Target.detachFromTarget");
    EXPECT_EQ(detach.params.at("sessionId").as_string(), "S");
    EXPECT_EQ(detach.session_id, "");
    co_await browser.event("S", "Page.loadEventFired");
    co_await caught_up();
    EXPECT_EQ(listener.heard.size(), 1U);
  });
}

TEST_F(ASessionBesideOthers, MayBeWithTheBrowserItself) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    const auto session = co_await attach(tasks, "", "Target.attachToBrowserTarget");
    EXPECT_EQ(session->id(), "S");
  });
}

TEST_F(ASessionBesideOthers, HearsThatTheBrowserIsGone) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    const auto session = co_await attach(tasks, "T", "Target.attachToTarget");
    browser.close();
    const auto failed = co_await session->call(page::Enable{}, limit);
    EXPECT_FALSE(failed);
    EXPECT_THAT(listener.heard, ElementsAre("ended"));
  });
}

TEST_F(ASessionBesideOthers, GivesACommandAgainThatCameWhileTheDocumentWasReplaced) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    const auto session = co_await attach(tasks, "T", "Target.attachToTarget");
    tasks.spawn("browser", [this]() -> awaitable<void> {
      for (int i = 0; i < 2; ++i) {
        co_await browser.refuse(co_await browser.expect("Page.reload"),
                                "Not attached to an active page");
      }
      co_await browser.reply(co_await browser.expect("Page.reload"), "{}");
    });
    const auto reloaded = co_await session->call(page::Reload{}, limit);
    EXPECT_TRUE(reloaded);
  });
}

TEST_F(ASessionBesideOthers, GivesACommandUpWhenTheDocumentIsNeverInPlace) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    const auto session = co_await attach(tasks, "T", "Target.attachToTarget");
    tasks.spawn("browser", [this]() -> awaitable<void> {
      for (;;) {
        co_await browser.refuse(co_await browser.expect("Page.reload"),
                                "Not attached to an active page");
      }
    });
    const auto reloaded = co_await session->call(page::Reload{}, std::chrono::milliseconds(100));
    EXPECT_FALSE(reloaded);
  });
}

}  // namespace
}  // namespace lmbridge::cdp
