#include "tests/integration/cdp/chromium_fixture.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <signal.h>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

class ChromiumThatDies : public EveryChromium {
 protected:
  /// Runs `body` with a page and a call in it that will never return.
  void run_with_pending_call(std::function<awaitable<void>()> body) {
    run([this, body = std::move(body)]() -> awaitable<void> {
      co_await launch(GetParam());
      co_await open_page();
      test::must(co_await page->navigate("data:text/html,here", limit));
      while (observer.bindings.empty()) co_await observer.wait_for_bindings(1);
      base::TaskGroup tasks(executor, log);
      co_await tasks.enclose([&]() -> awaitable<void> {
        tasks.spawn("pending call", [this]() -> awaitable<void> {
          pending = co_await page->call("function(){ourBinding('looping');for(;;);}", {}, limit);
          failed_at = Clock::now();
        });
        while (observer.bindings.back() != "looping") {
          co_await observer.wait_for_bindings(observer.bindings.size() + 1);
        }
        co_await body();
        co_await tasks.join();
      }());
    });
  }

  Result<std::string> pending;
  Clock::time_point failed_at;
};

TEST_P(ChromiumThatDies, TellsOfARendererThatWasKilledAndFailsItsCalls) {
  run_with_pending_call([&]() -> awaitable<void> {
    const auto start = Clock::now();
    test::require(!renderers().empty(), "a renderer");
    for (const auto renderer : renderers()) kill(renderer, SIGKILL);
    co_await observer.wait_for_crash();
    EXPECT_LT(Clock::now() - start, 10s);
    while (pending) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    EXPECT_LT(failed_at - start, 10s);
    EXPECT_EQ(test::code_of(pending), ErrorCode::page_gone);
    // Navigating brings it back to life.
    const auto before = observer.bindings.size();
    test::must(co_await page->navigate("data:text/html,again", limit));
    co_await observer.wait_for_bindings(before + 1);
    EXPECT_EQ(test::must(co_await page->call("function(){return 1}", {}, limit)), "1");
    EXPECT_EQ(observer.crashes, 1);
  });
}

TEST_P(ChromiumThatDies, TellsOfARendererThatCrashesByItself) {
  run([&]() -> awaitable<void> {
    co_await launch(GetParam());
    co_await open_page();
    const auto start = Clock::now();
    const auto crashed = co_await page->navigate("chrome://crash", limit);
    co_await observer.wait_for_crash();
    EXPECT_LT(Clock::now() - start, 10s);
    EXPECT_EQ(test::code_of(crashed), ErrorCode::page_unreachable);
    test::must(co_await page->navigate("data:text/html,again", limit));
  });
}

TEST_P(ChromiumThatDies, SaysByWhichSignalAndFailsEveryCall) {
  run_with_pending_call([&]() -> awaitable<void> {
    const auto start = Clock::now();
    kill(pid, SIGKILL);
    const auto reason = co_await browser->wait_gone();
    EXPECT_LT(Clock::now() - start, 10s);
    EXPECT_EQ(reason.code, ErrorCode::browser_gone);
    EXPECT_THAT(reason.message, HasSubstr("signal 9"));
    while (pending) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    EXPECT_EQ(test::code_of(pending), ErrorCode::browser_gone);
    const auto late = co_await browser->connection().call("", cdp::browser::GetVersion{}, limit);
    EXPECT_EQ(test::code_of(late), ErrorCode::browser_gone);
    EXPECT_THAT(left_over(), IsEmpty());
  });
}

TEST_P(ChromiumThatDies, IsKilledWhenItDoesNotCloseInTime) {
  run([&]() -> awaitable<void> {
    co_await launch(GetParam());
    // Stopped, it can neither close nor notice that its pipe is gone.
    kill(pid, SIGSTOP);
    const auto start = Clock::now();
    co_await browser->close(100ms);
    EXPECT_LT(Clock::now() - start, 5s);
    browser.reset();
    EXPECT_THAT(left_over(), IsEmpty());
  });
}

INSTANTIATE_TEST_SUITE_P(Death, ChromiumThatDies,
                         testing::Values(BrowserMode::shell, BrowserMode::headless), mode_name);

}  // namespace
}  // namespace lmbridge::cdp
