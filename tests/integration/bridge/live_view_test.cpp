#include "bridge/live_view.hpp"

#include "base/task_group.hpp"
#include "tests/integration/bridge/operator_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using page_command::Screenshot;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

class LiveViewOfAPage : public ArenaFixture {
 protected:
  /// Runs `body` while a live view of the page is served.
  Body while_viewed(Body body) {
    return [this, body = std::move(body)]() -> Awaitable {
      view = test::must(co_await LiveView::open(executor, held, page->target_id(),
                                                {.frame_interval = 20ms, .still_after = 200ms},
                                                limit, log));
      base::TaskGroup tasks(executor, log);
      std::exception_ptr failure;
      co_await tasks.enclose([&]() -> Awaitable {
        tasks.spawn("live view", [this] { return view->run(); });
        try {
          co_await body();
        } catch (...) {  // thrown again once the view has ended
          failure = std::current_exception();
        }
        view->close();
        co_await tasks.join();
      }());
      view.reset();
      if (failure) std::rethrow_exception(failure);
    };
  }

  /// The next of that kind that `is_wanted`; others are passed over.
  template <class Output>
  boost::asio::awaitable<Output> wait_for(std::function<bool(const Output&)> is_wanted) {
    for (;;) {
      auto output = co_await view->next();
      test::require(output.has_value(), "the view goes on");
      auto* wanted = std::get_if<Output>(&*output);
      if (wanted != nullptr && is_wanted(*wanted)) co_return std::move(*wanted);
    }
  }
  template <class Output>
  boost::asio::awaitable<Output> wait_for() {
    return wait_for<Output>([](const Output&) { return true; });
  }
  boost::asio::awaitable<LiveFrame> sharp_frame() {
    return wait_for<LiveFrame>([](const LiveFrame& frame) { return frame.is_sharp; });
  }

  /// A person acts on what is there to be seen; before, there may be nothing under the mouse.
  Awaitable until_seen() { (void)co_await wait_for<LiveFrame>(); }

  void click(double x, double y) {
    using live_input::MouseAction;
    for (const auto action : {MouseAction::move, MouseAction::press, MouseAction::release}) {
      const bool is_move = action == MouseAction::move;
      EXPECT_TRUE(view->send(live_input::Mouse{.action = action,
                                               .x = x,
                                               .y = y,
                                               .button = is_move ? "none" : "left",
                                               .buttons = action == MouseAction::press ? 1 : 0,
                                               .click_count = is_move ? 0 : 1}));
    }
  }

  /// Waits until an expression is true in the page, which takes what was sent in its own time.
  Awaitable until(std::string expression) {
    co_await eval("new Promise(done=>{const look=()=>(" + expression +
                  ")?done():setTimeout(look,5);look()})");
  }

  std::unique_ptr<LiveView> view;
};

TEST_F(LiveViewOfAPage, ShowsPicturesAndASharpOneWhenNothingMoves) {
  run_with("<h1>hello</h1>", while_viewed([&]() -> Awaitable {
             const auto first = co_await wait_for<LiveFrame>();
             EXPECT_THAT(first.jpeg, StartsWith("\xff\xd8\xff"));
             EXPECT_GT(first.width, 100);
             EXPECT_GT(first.height, 100);
             const auto sharp = co_await sharp_frame();
             EXPECT_THAT(sharp.jpeg, StartsWith("\xff\xd8\xff"));
             co_await eval("document.body.style.background='red'");
             const auto moved = co_await wait_for<LiveFrame>();
             EXPECT_FALSE(moved.is_sharp);
             EXPECT_NE((co_await sharp_frame()).jpeg, sharp.jpeg);
           }));
}

TEST_F(LiveViewOfAPage, ShowsAPageThatAnotherOneHides) {
  // In the shell no page is ever hidden.
  mode = cdp::BrowserMode::headless;
  run_with("<h1>hello</h1>", [&]() -> Awaitable {
    const auto other = test::must(co_await bridge::open_page(connection(), "about:blank", limit));
    auto there = co_await commands_for(other);
    test::must(co_await there->run(Screenshot{}, limit));
    co_await while_viewed([&]() -> Awaitable { (void)co_await sharp_frame(); })();
  });
}

TEST_F(LiveViewOfAPage, ShowsNothingMoreOfAPageThatStandsStill) {
  run_with("<h1>hello</h1>", while_viewed([&]() -> Awaitable {
             (void)co_await sharp_frame();
             int frames = 0;
             base::TaskGroup viewers(executor, log);
             co_await viewers.enclose([&]() -> Awaitable {
               viewers.spawn("viewer", [&]() -> Awaitable {
                 while (const auto output = co_await view->next()) {
                   if (std::holds_alternative<LiveFrame>(*output)) ++frames;
                 }
               });
               // What is left from the beginning may come late; a page that never rests does not
               // come to an end here.
               do {
                 frames = 0;
                 co_await eval("new Promise(done=>setTimeout(done,700))");
               } while (frames > 0);
             }());
           }));
}

TEST_F(LiveViewOfAPage, TakesMouseWheelKeysTextAndTouches) {
  run_with(
      "<input id=i style='position:fixed;left:0;top:0;width:100px;height:40px'>"
      "<div style='height:5000px'></div><script>var touches=[];"
      "for(const t of ['touchstart','touchmove','touchend'])"
      "addEventListener(t,e=>touches.push(t+e.touches.length))</script>",
      while_viewed([&]() -> Awaitable {
        co_await until_seen();
        click(50, 20);
        view->send(live_input::Key{.key = "a", .code = "KeyA", .text = "a", .key_code = 65});
        view->send(live_input::Key{.is_down = false, .key = "a", .code = "KeyA", .key_code = 65});
        view->send(live_input::Text{"\xe4\xb8\xad\xe6\x96\x87 pasted"});
        co_await until("i.value==='a\xe4\xb8\xad\xe6\x96\x87 pasted'");
        view->send(live_input::Wheel{.x = 200, .y = 200, .delta_y = 300});
        co_await until("scrollY>0");
        view->send(live_input::Touch{.action = live_input::TouchAction::start,
                                     .points = {{.x = 300, .y = 300}}});
        view->send(live_input::Touch{.action = live_input::TouchAction::move,
                                     .points = {{.x = 301, .y = 240}}});
        view->send(live_input::Touch{.action = live_input::TouchAction::end});
        co_await until("touches.at(-1)==='touchend0'");
        EXPECT_THAT(co_await eval("touches.join()"), StartsWith("touchstart1,touchmove1"));
      }));
}

TEST_F(LiveViewOfAPage, GivesThePageTheSizeOfAScreenForAsLongAsItIsViewed) {
  run_with("<h1>hello</h1>", [&]() -> Awaitable {
    const auto before = co_await eval("innerWidth+'x'+innerHeight");
    co_await while_viewed([&]() -> Awaitable {
      view->send(live_input::Screen{.width = 390, .height = 700, .scale = 2, .touch = true});
      co_await until("innerWidth===390&&innerHeight===700&&devicePixelRatio===2");
      co_await until("navigator.maxTouchPoints>0");
      const auto frame = co_await wait_for<LiveFrame>(
          [](const LiveFrame& each) { return each.is_sharp && each.width == 390; });
      EXPECT_EQ(frame.height, 700);
    })();
    co_await until("innerWidth+'x'+innerHeight==='" + before + "'");
  });
}

TEST_F(LiveViewOfAPage, GivesNewsButNoPicturesWhileTheseAreHeld) {
  run_in_arena(while_viewed([&]() -> Awaitable {
    (void)co_await sharp_frame();
    view->hold_pictures(true);
    co_await eval("document.body.style.background='red'");
    co_await eval("location.hash='elsewhere'");
    for (bool is_there = false; !is_there;) {
      const auto output = co_await view->next();
      test::require(output.has_value(), "the view goes on");
      EXPECT_FALSE(std::holds_alternative<LiveFrame>(*output));
      const auto* address = std::get_if<LiveAddress>(&*output);
      is_there = address != nullptr && address->url.ends_with("#elsewhere");
    }
    view->hold_pictures(false);
    (void)co_await wait_for<LiveFrame>();
  }));
}

TEST_F(LiveViewOfAPage, GoesFromPageToPageAndSaysWhereItIs) {
  run_in_arena(while_viewed([&]() -> Awaitable {
    const auto at = [&](const std::string& path) {
      return wait_for<LiveAddress>([url = arena->origin() + path](const LiveAddress& now) {
        return now.url == url && now.title == "Arena (stand-in)";
      });
    };
    EXPECT_FALSE((co_await at("/")).can_go_forward);
    view->send(live_input::Navigate{arena->origin() + "/c/two"});
    EXPECT_TRUE((co_await at("/c/two")).can_go_back);
    view->send(live_input::Back{});
    EXPECT_TRUE((co_await at("/")).can_go_forward);
    view->send(live_input::Forward{});
    (void)co_await at("/c/two");
    co_await eval("window.mark=1");
    view->send(live_input::Reload{});
    // A program that runs while the document goes fails with it.
    for (std::string mark; mark != "undefined complete";) {
      const auto looked =
          co_await attempt(page_command::Eval{"new Promise(done=>setTimeout(done,10)).then(()=>"
                                              "typeof mark+' '+document.readyState)"});
      if (looked) mark = looked->content;
    }
    co_await eval("document.body.style.background='red'");
    (void)co_await sharp_frame();
  }));
}

TEST_F(LiveViewOfAPage, SaysWhereItCannotGo) {
  run_in_arena(while_viewed([&]() -> Awaitable {
    view->send(live_input::Navigate{"file:///etc/passwd"});
    EXPECT_THAT((co_await wait_for<LiveMessage>()).text, HasSubstr("can't be sent to"));
    view->send(live_input::Navigate{"http://127.0.0.1:1/"});
    EXPECT_THAT((co_await wait_for<LiveMessage>()).text, HasSubstr("net::ERR_"));
  }));
}

TEST_F(LiveViewOfAPage, LetsThePersonAnswerDialogs) {
  // Commands would answer in the person's place.
  run_with(
      "<button style='position:fixed;left:0;top:0;width:100px;height:40px' "
      "onclick=\"document.title=prompt('name?','old')\">Ask</button>",
      while_viewed([&]() -> Awaitable {
        commands.reset();
        co_await until_seen();
        click(50, 20);
        const auto dialog = co_await wait_for<LiveDialog>();
        EXPECT_EQ(dialog.type, "prompt");
        EXPECT_EQ(dialog.message, "name?");
        EXPECT_EQ(dialog.default_text, "old");
        EXPECT_TRUE(view->send(live_input::AnswerDialog{.accept = true, .text = "new"}));
        (void)co_await wait_for<LiveDialogClosed>();
        click(50, 20);
        (void)co_await wait_for<LiveDialog>();
        EXPECT_EQ(test::must(co_await page->command(cdp::page::GetNavigationHistory{}, limit))
                      .entries.back()
                      .title,
                  "new");
      }));
}

TEST_F(LiveViewOfAPage, RefusesDialogsThatNobodyHasAnsweredWhenItGoes) {
  run_with(
      "<button style='position:fixed;left:0;top:0;width:100px;height:40px' "
      "onclick=\"document.title=confirm('sure?')\">Ask</button>",
      [&]() -> Awaitable {
        commands.reset();
        co_await while_viewed([&]() -> Awaitable {
          co_await until_seen();
          click(50, 20);
          (void)co_await wait_for<LiveDialog>();
        })();
        commands = co_await commands_for(page->target_id());
        EXPECT_EQ(co_await eval("document.title"), "false");
      });
}

TEST_F(LiveViewOfAPage, TellsThePageThatNoFileWasChosen) {
  run_with(
      "<input type=file id=f style='position:fixed;left:0;top:0;width:100px;height:40px'>"
      "<script>f.addEventListener('cancel',()=>{document.title='cancelled'})</script>",
      while_viewed([&]() -> Awaitable {
        co_await until_seen();
        click(20, 20);
        EXPECT_THAT((co_await wait_for<LiveMessage>()).text, HasSubstr("asks for a file"));
        co_await until("document.title==='cancelled'");
      }));
}

TEST_F(LiveViewOfAPage, TellsOfPagesThatThePageOpens) {
  run_in_arena(while_viewed([&]() -> Awaitable {
    co_await eval("void open('/c/other')");
    EXPECT_THAT((co_await wait_for<LiveMessage>()).text, HasSubstr("/c/other"));
  }));
}

TEST_F(LiveViewOfAPage, EndsWithThePage) {
  run_with("<p>p</p>", while_viewed([&]() -> Awaitable {
             test::must(co_await bridge::open_page(connection(), "about:blank", limit));
             test::must(co_await close_page(connection(), page->target_id(), limit));
             while (co_await view->next()) {
             }
             EXPECT_EQ(view->ending(), "the page was closed");
             EXPECT_FALSE(view->send(live_input::Reload{}));
           }));
}

TEST_F(LiveViewOfAPage, EndsWithTheBrowser) {
  run_with("<p>p</p>", while_viewed([&]() -> Awaitable {
             held->kill();
             while (co_await view->next()) {
             }
             EXPECT_EQ(view->ending(), "the browser is gone");
           }));
}

TEST_F(LiveViewOfAPage, TakesNoMoreInputThanThePageCanUse) {
  run_with("<p>p</p>", while_viewed([&]() -> Awaitable {
             EXPECT_FALSE(view->send(live_input::Text{std::string(2'000'000, 'x')}));
             int taken = 0;
             while (taken < 5000 && view->send(live_input::Key{.key = "F5", .code = "F5"})) ++taken;
             EXPECT_LT(taken, 5000);
             EXPECT_GT(taken, 100);
             co_return;
           }));
}

}  // namespace
}  // namespace lmbridge::bridge
