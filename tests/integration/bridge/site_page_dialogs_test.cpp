#include "base/task_group.hpp"
#include "bridge/site_page.hpp"
#include "cdp/protocol_page.hpp"
#include "cdp/session.hpp"
#include "tests/integration/bridge/operator_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using namespace std::chrono_literals;

/// Wakes whoever waits for the page to be ready.
class Owner final : public SitePageOwner {
 public:
  explicit Owner(const boost::asio::any_io_executor& executor) : changed(executor) {}
  void on_page_change(SitePage&) override { changed.notify(); }
  void on_refusal(SitePage&) override {}
  void on_browser_stuck() override {}
  [[nodiscard]] const arena::Markers& markers() const override { return markers_; }

  base::Condition changed;

 private:
  arena::Markers markers_;
};

/// Hears of the page's dialogs.
class DialogListener final : public cdp::EventSink {
 public:
  explicit DialogListener(const boost::asio::any_io_executor& executor) : changed_(executor) {}
  bool on_event(std::string_view method, const cdp::Fields&) override {
    opened_ += method == cdp::page::JavascriptDialogOpening::method ? 1 : 0;
    closed_ += method == cdp::page::JavascriptDialogClosed::method ? 1 : 0;
    changed_.notify();
    return true;
  }
  boost::asio::awaitable<void> wait_opened(int count) {
    while (opened_ < count) co_await changed_.wait();
  }
  boost::asio::awaitable<void> wait_closed(int count) {
    while (closed_ < count) co_await changed_.wait();
  }
  [[nodiscard]] int closed() const { return closed_; }

 private:
  base::Condition changed_;
  int opened_ = 0;
  int closed_ = 0;
};

class DialogsOfTheDaemonsPage : public ArenaFixture {
 protected:
  static constexpr auto unresponsive_after = 3000ms;

  /// Runs `body` with a page that the daemon keeps and that is ready, and a session on it.
  void run_kept(Body body) {
    run_in_arena([this, body = std::move(body)]() -> Awaitable {
      commands.reset();
      page.reset();
      Owner owner(executor);
      SitePage kept(executor, 1,
                    {.url = arena->origin() + "/", .unresponsive_after = unresponsive_after}, owner,
                    log);
      site_page = &kept;
      base::TaskGroup tasks(executor, log);
      co_await tasks.enclose([&]() -> Awaitable {
        tasks.spawn("page", [&]() -> Awaitable {
          co_await kept.keep(connection(), "", []() -> Awaitable { co_return; });
        });
        while (kept.free_places() == 0) co_await owner.changed.wait();
        session = test::must(
            co_await cdp::Session::attach(connection(), kept.target_id(), listener, limit));
        session->post(cdp::page::Enable{});
        co_await body();
        session.reset();
      }());
      kept.detach({});
    });
  }

  void open_dialog(std::string_view call) {
    session->post(cdp::runtime::Evaluate{
        .expression = fmt::format("setTimeout(()=>{{document.title=String({})}},0)", call)});
  }

  /// For longer than a page that hangs may take.
  Awaitable expect_left_open() {
    boost::asio::steady_timer timer(executor, 2 * unresponsive_after);
    co_await timer.async_wait(boost::asio::use_awaitable);
    EXPECT_EQ(listener.closed(), 0);
    EXPECT_EQ(log.count(base::LogLevel::error), 0U);
  }

  boost::asio::awaitable<std::string> title() {
    const auto evaluated =
        test::must(co_await session->call(cdp::runtime::Evaluate{"document.title"}, limit));
    co_return evaluated.value;
  }

  DialogListener listener{executor};
  SitePage* site_page = nullptr;
  std::unique_ptr<cdp::Session> session;
};

TEST_F(DialogsOfTheDaemonsPage, AreAnsweredWhereNobodyLooks) {
  run_kept([&]() -> Awaitable {
    open_dialog("[alert('hello'),confirm('sure?')]");
    co_await listener.wait_closed(2);
    EXPECT_EQ(co_await title(), ",false");
  });
}

TEST_F(DialogsOfTheDaemonsPage, AreLeftToAPersonWhoLooksForAsLongAsThatPersonDoes) {
  run_kept([&]() -> Awaitable {
    auto attendance = site_page->attend();
    open_dialog("confirm('sure?')");
    co_await listener.wait_opened(1);
    co_await expect_left_open();
    attendance.reset();
    co_await listener.wait_closed(1);
    EXPECT_EQ(co_await title(), "false");
  });
}

TEST_F(DialogsOfTheDaemonsPage, AreLeftToAPersonAlsoWhenThePageWasBeingAskedForASignOfLife) {
  run_kept([&]() -> Awaitable {
    const auto attendance = site_page->attend();
    // Longer than from one question to the next, so that one is open.
    open_dialog("(()=>{for(const end=Date.now()+1200;Date.now()<end;);return confirm('sure?')})()");
    co_await listener.wait_opened(1);
    co_await expect_left_open();
  });
}

}  // namespace
}  // namespace lmbridge::bridge
