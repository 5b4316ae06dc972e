#include "bridge/id_capture.hpp"

#include "base/task_group.hpp"
#include "bridge/steps.hpp"
#include "bridge_js/script.hpp"
#include "tests/integration/bridge/operator_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace lmbridge::bridge {
namespace {

using namespace page_command;
using namespace std::chrono_literals;

class CapturingIds : public ArenaFixture {
 protected:
  /// Runs `body` in the arena with a capture that is armed.
  void run_armed(Body body, const settings::Site& site = {}) {
    run_in_arena([this, site, body = std::move(body)]() -> Awaitable {
      capture = std::make_unique<IdCapture>(executor, held, id_rules(site, 'b'), clock, log);
      test::must(co_await capture->arm(limit));
      std::exception_ptr failure;
      try {
        co_await body();
      } catch (...) {  // thrown again once it is disarmed
        failure = std::current_exception();
      }
      capture.reset();
      if (failure) std::rethrow_exception(failure);
    });
  }

  /// Chats that are begun are passed over.
  static settings::Site only_retry() {
    settings::Site site;
    site.create_path = site.follow_up_path = "";
    return site;
  }

  /// What a button of the page would ask for.
  boost::asio::awaitable<std::string> data_of(std::string_view id, std::string_view name) {
    return eval(fmt::format("document.getElementById('{}').dataset.{}", id, name));
  }

  boost::asio::awaitable<ErrorCode> why_nothing(std::chrono::milliseconds timeout) {
    co_return test::code_of(co_await capture->wait(timeout));
  }

  base::SystemClock clock;
  std::unique_ptr<IdCapture> capture;
};

TEST_F(CapturingIds, TakesThemFromAClickOnRetry) {
  run_armed([&]() -> Awaitable {
    co_await done(Click{{.text = "Retry"}});
    const auto captured = test::must(co_await capture->wait(limit));
    EXPECT_EQ(captured.ids,
              (SessionIds{test::ArenaProcess::session_id, test::ArenaProcess::message_id}));
    EXPECT_EQ(captured.kind, IdRequestKind::retry);
    EXPECT_EQ(captured.page_id, page->target_id());
    EXPECT_EQ(captured.page_url, arena->origin() + "/");
    EXPECT_FALSE(capture->is_armed());
  });
}

TEST_F(CapturingIds, TakesThemFromBodiesThatEventsDoNotShow) {
  run_armed([&]() -> Awaitable {
    co_await done(Goto{"/?mode=battle"});
    co_await eval("prompt.value='x'.repeat(300000)");
    co_await done(Click{{.text = "Send"}});
    const auto captured = test::must(co_await capture->wait(limit));
    EXPECT_EQ(captured.kind, IdRequestKind::create);
    EXPECT_EQ(captured.ids.mode, arena::Mode::battle);
    EXPECT_EQ(captured.ids.battle_target, 'b');
    EXPECT_EQ(captured.ids.session_id, co_await data_of("retry", "session"));
    EXPECT_EQ(captured.ids.message_id, co_await data_of("retry-b", "message"));
  });
}

TEST_F(CapturingIds, TakesThemWhileARecipeIsPlayed) {
  run_armed(
      [&]() -> Awaitable {
        base::TaskGroup tasks(executor, log);
        tasks.spawn("recipe", [&]() -> Awaitable {
          const auto steps =
              test::must(load_steps(std::filesystem::path(RECIPES) / "battle.jsonc"));
          test::must(co_await play(*commands, steps, {}));
        });
        const auto captured = co_await capture->wait(limit);
        co_await tasks.join();
        EXPECT_EQ(test::must(captured).kind, IdRequestKind::retry);
        EXPECT_EQ(captured->ids.session_id, co_await data_of("retry", "session"));
        EXPECT_EQ(captured->ids.message_id, co_await data_of("retry", "message"));
      },
      only_retry());
}

TEST_F(CapturingIds, TakesThemFromAPageThatIsOpenedMeanwhile) {
  run_armed([&]() -> Awaitable {
    const auto id = test::must(co_await bridge::open_page(connection(), arena->origin(), limit));
    auto there = co_await commands_for(id);
    co_await parsed(*there);
    test::must(co_await there->run(Click{{.text = "Retry"}}, limit));
    EXPECT_EQ(test::must(co_await capture->wait(limit)).page_id, id);
  });
}

TEST_F(CapturingIds, DoesNotTakeWhatOurOwnScriptAsksFor) {
  run_armed([&]() -> Awaitable {
    cdp::WaitingObserver heard(executor);
    auto ours = test::must(co_await cdp::Page::open(connection(), {},
                                                    {.name = std::string(bridge_js::world),
                                                     .binding = std::string(bridge_js::binding),
                                                     .script = std::string(bridge_js::script)},
                                                    heard, limit));
    test::must(co_await ours->navigate(arena->origin() + "/", limit));
    co_await heard.wait_for_bindings(1);
    settings::Site site;
    const auto path =
        fmt::format("/nextjs-api/stream/retry-evaluation-session-message/{}/messages/{}",
                    test::ArenaProcess::session_id, test::ArenaProcess::message_id);
    const auto before = heard.bindings.size();
    test::must(co_await ours->call(
        "function(path){lmbridge.start({id:1,path,method:'PUT',headers:{},body:'{}',credit:1e6})}",
        {fmt::format("\"{}\"", path)}, limit));
    // The site has answered it: what follows the head may have come with it.
    const auto answered = [&] {
      return std::ranges::any_of(heard.bindings,
                                 [](const auto& told) { return told.contains("\"head\",1"); });
    };
    for (auto count = before + 1; !answered(); ++count) co_await heard.wait_for_bindings(count);
    EXPECT_EQ(co_await why_nothing(100ms), ErrorCode::timed_out);
  });
}

TEST_F(CapturingIds, EndsByTimeAndWhenItIsDisarmed) {
  run_armed([&]() -> Awaitable {
    EXPECT_EQ(co_await why_nothing(50ms), ErrorCode::timed_out);
    EXPECT_FALSE(capture->is_armed());
    co_await done(Click{{.text = "Retry"}});
    test::must(co_await capture->arm(limit));
    base::TaskGroup tasks(executor, log);
    tasks.spawn("operator", [&]() -> Awaitable {
      capture->disarm();
      co_return;
    });
    EXPECT_EQ(co_await why_nothing(10s), ErrorCode::cancelled) << "and the click is forgotten";
    co_await tasks.join();
  });
}

TEST_F(CapturingIds, IsDisarmedWhenWhoeverWaitsIsGone) {
  run_armed([&]() -> Awaitable {
    base::TaskGroup tasks(executor, log);
    tasks.spawn("caller", [&]() -> Awaitable { (void)co_await capture->wait(10s); });
    co_await tasks.stop(0s);
    EXPECT_FALSE(capture->is_armed());
  });
}

TEST_F(CapturingIds, SaysThatTheBrowserIsGone) {
  run_armed([&]() -> Awaitable {
    held->kill();
    EXPECT_EQ(co_await why_nothing(10s), ErrorCode::browser_gone);
  });
}

}  // namespace
}  // namespace lmbridge::bridge
