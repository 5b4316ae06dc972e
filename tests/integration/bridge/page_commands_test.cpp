#include "bridge/page_commands.hpp"

#include "tests/integration/bridge/operator_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using namespace page_command;
using namespace std::chrono_literals;

class CommandsInAPage : public OperatorFixture {
 protected:
  /// What went wrong within a short while.
  boost::asio::awaitable<Error> failure(PageCommand command,
                                        std::chrono::milliseconds timeout = 300ms) {
    const auto reply = co_await attempt(std::move(command), timeout);
    test::require(!reply, "the command fails");
    co_return reply.error();
  }
};

TEST_F(CommandsInAPage, AClickIsAPersonsForThePage) {
  run_with(
      "<button onclick=\"document.title=[event.isTrusted,event.detail,event.button]\">"
      "<b>Try</b> again</button>",
      [&]() -> Awaitable {
        co_await done(Click{{.text = "try AGAIN"}});
        EXPECT_EQ(co_await eval("document.title"), "true,1,0");
      });
}

TEST_F(CommandsInAPage, AClickScrollsToWhatIsOutOfSight) {
  run_with("<div style='height:9000px'></div><a id=a href='#there'>down here</a>",
           [&]() -> Awaitable {
             co_await done(Click{{.selector = "#a"}});
             co_await done(Wait{.url = "#there"});
           });
}

TEST_F(CommandsInAPage, ATextMeansTheInnermostElementsThatSayIt) {
  run_with(
      "<script>var x='Send'</script><p hidden>Send</p><p>Send it "
      "off</p><div><span>Send</span></div>"
      "<input aria-label='Recipient'>",
      [&]() -> Awaitable {
        EXPECT_EQ(co_await done(Html{{.text = "send"}}), "<span>Send</span>");
        EXPECT_EQ(co_await done(Text{{.text = "it off"}}), "Send it off");
        EXPECT_THAT(co_await done(Html{{.text = "recipient"}}), StartsWith("<input"));
      });
}

TEST_F(CommandsInAPage, WaitsForWhatComesMovesAndIsDisabledOrCovered) {
  run_with(
      "<div id=cover style='position:fixed;inset:0'></div>"
      "<script>setTimeout(()=>{document.body.insertAdjacentHTML('beforeend',"
      "'<button id=b disabled onclick=\"document.title=\\'hit\\'\""
      " style=\"position:absolute;transition:left .2s;left:0\">Go</button>');"
      "setTimeout(()=>{b.disabled=false;b.style.left='200px'},50);"
      "setTimeout(()=>cover.remove(),150)},100)</script>",
      [&]() -> Awaitable {
        co_await done(Click{{.selector = "#b"}});
        EXPECT_EQ(co_await eval("document.title+b.getBoundingClientRect().left"), "hit200");
      });
}

TEST_F(CommandsInAPage, SaysWhatStoodInTheWay) {
  run_with(
      "<i class=x>one</i><i class=x>two</i><i class=x>three</i><i class=x>four</i>"
      "<button id=off disabled>Off</button><button id=under>Under</button>"
      "<div id=over style='position:fixed;inset:0'></div><p id=none style='display:none'>n</p>",
      [&]() -> Awaitable {
        const auto message = [&](PageCommand command) -> boost::asio::awaitable<std::string> {
          co_return (co_await failure(std::move(command))).message;
        };
        EXPECT_THAT(co_await message(Click{{.selector = ".y"}}),
                    StartsWith("no element matches \".y\" (waited 300 ms)"));
        EXPECT_THAT(co_await message(Click{{.text = "nowhere"}}),
                    StartsWith("no element matches the text \"nowhere\""));
        EXPECT_THAT(
            co_await message(Click{{.selector = ".x"}}),
            AllOf(StartsWith("4 elements match \".x\": <i class=\"x\">, "), HasSubstr("\"nth\"")));
        EXPECT_THAT(co_await message(Click{{.selector = ".x", .nth = 5}}),
                    StartsWith("only 4 visible elements match"));
        EXPECT_THAT(co_await message(Click{{.selector = "#off"}}), HasSubstr("is disabled"));
        EXPECT_THAT(co_await message(Click{{.selector = "#under"}}),
                    HasSubstr("is covered by <div id=\"over\">"));
        EXPECT_THAT(co_await message(Text{{.selector = "#none"}}), HasSubstr("is not visible"));
        EXPECT_THAT(co_await message(Type{.target = {.selector = "#under"}, .text = "t"}),
                    HasSubstr("takes no text"));
        EXPECT_THAT(co_await message(Wait{.url = "elsewhere"}), HasSubstr("no \"elsewhere\""));
        EXPECT_THAT(co_await message(Wait{.target = {.selector = "#off"}, .state = Awaited::gone}),
                    HasSubstr("is still there"));
        const auto bad = co_await failure(Click{{.selector = "b[["}}, 5s);
        EXPECT_EQ(bad.code, ErrorCode::invalid_request);
        EXPECT_THAT(bad.message, HasSubstr("not a CSS selector"));
      });
}

TEST_F(CommandsInAPage, TypesAnyScriptBehindOrInPlaceOfWhatIsThere) {
  run_with("<textarea id=t>old</textarea>", [&]() -> Awaitable {
    co_await done(Type{.target = {.selector = "#t"}, .text = " and \xe4\xb8\xad\xf0\x9f\xa6\x8a"});
    EXPECT_EQ(co_await eval("t.value"), "old and \xe4\xb8\xad\xf0\x9f\xa6\x8a");
    co_await done(Type{.target = {.selector = "#t"}, .text = "two\nlines", .replaces = true});
    EXPECT_EQ(co_await eval("t.value"), "two\nlines");
  });
}

TEST_F(CommandsInAPage, PressesKeysWithTheirModifiers) {
  run_with(
      "<input id=i autofocus><script>var heard=[];i.addEventListener('keydown',e=>"
      "heard.push([e.key,e.code,e.keyCode,e.ctrlKey,e.shiftKey].join()))</script>",
      [&]() -> Awaitable {
        co_await done(Click{{.selector = "#i"}});
        co_await done(Press{"a"});
        co_await done(Press{"\xc3\xa9"});
        co_await done(Press{"Shift+ArrowLeft"});
        co_await done(Press{"Enter"});
        co_await done(Press{"Control+x"});
        EXPECT_EQ(co_await eval("i.value"), "a");
        EXPECT_EQ(co_await eval("heard.join(' ')"),
                  "a,KeyA,65,false,false \xc3\xa9,,0,false,false Shift,ShiftLeft,16,false,true "
                  "ArrowLeft,ArrowLeft,37,false,true Enter,Enter,13,false,false "
                  "Control,ControlLeft,17,true,false x,KeyX,88,true,false");
        EXPECT_EQ((co_await failure(Press{"Hyper+x"})).code, ErrorCode::invalid_request);
      });
}

TEST_F(CommandsInAPage, AnswersDialogsThatACommandOpens) {
  run_with(
      "<button onclick=\"alert('hello');document.title=[confirm('sure?'),prompt('name?')===null]\">"
      "Ask</button>",
      [&]() -> Awaitable {
        co_await done(Click{{.text = "Ask"}});
        EXPECT_EQ(co_await eval("document.title"), "false,true");
      });
}

TEST_F(CommandsInAPage, EvaluatesAmongThePagesOwnScripts) {
  run_with("<script>var theirs={a:[1,'two']}</script>", [&]() -> Awaitable {
    EXPECT_EQ(co_await eval("theirs"), R"({"a":[1,"two"]})");
    EXPECT_EQ(co_await eval("await Promise.resolve(theirs.a.length)"), "2");
    EXPECT_EQ(co_await eval("new Promise(done=>setTimeout(done,20,theirs))"), R"({"a":[1,"two"]})");
    EXPECT_EQ(co_await eval("Promise.resolve('half \\ud83e')"), "half \xef\xbf\xbd");
    EXPECT_EQ(co_await eval("undefined"), "");
    EXPECT_EQ(co_await eval("typeof lmbridgeOperator"), "undefined");
    EXPECT_THAT((co_await failure(Eval{"theirs.b.c"}, limit)).message, HasSubstr("TypeError"));
    EXPECT_THAT((co_await failure(Eval{"Promise.reject(new RangeError('no'))"}, limit)).message,
                HasSubstr("RangeError: no"));
    EXPECT_THAT((co_await failure(Eval{"var x={};x.x=x;x"}, limit)).message, HasSubstr("circular"));
    EXPECT_THAT((co_await failure(Eval{"let let"}, limit)).message, HasSubstr("SyntaxError"));
  });
}

TEST_F(CommandsInAPage, ReadsTheWholePage) {
  run_with("<p>one</p><p hidden>two</p>", [&]() -> Awaitable {
    EXPECT_EQ(co_await done(Text{}), "one");
    EXPECT_THAT(co_await done(Html{}), AllOf(StartsWith("<html>"), HasSubstr("two")));
  });
}

/// Width and height stand in the first chunk of a PNG.
std::pair<int, int> size_of_png(const std::string& png) {
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      value = value * 256 + static_cast<unsigned char>(png.at(i));
    return value;
  };
  return {number(16), number(20)};
}

TEST_F(CommandsInAPage, TakesPicturesOfTheWindowThePageAndAnElement) {
  run_with("<div id=d style='margin:1500px 0 0;width:123px;height:45px;background:red'></div>",
           [&]() -> Awaitable {
             const auto window = co_await done(Screenshot{});
             EXPECT_THAT(window, StartsWith("\x89PNG"));
             const auto whole = co_await done(Screenshot{.whole_page = true});
             EXPECT_GT(size_of_png(whole).second, 1500);
             EXPECT_LT(size_of_png(window).second, size_of_png(whole).second);
             EXPECT_EQ(size_of_png(co_await done(Screenshot{.target = {.selector = "#d"}})),
                       std::pair(123, 45));
           });
}

TEST_F(CommandsInAPage, NoticesThatThePageOrTheBrowserIsGone) {
  run_with("<p>one</p>", [&]() -> Awaitable {
    const auto other = test::must(co_await bridge::open_page(connection(), "about:blank", limit));
    auto there = co_await commands_for(other);
    test::must(co_await close_page(connection(), other.substr(0, 12), limit));
    const auto closed = co_await there->run(Wait{{.text = "x"}}, 5s);
    EXPECT_EQ(test::code_of(closed), ErrorCode::page_gone);
    held->kill();
    EXPECT_EQ((co_await failure(Wait{{.text = "x"}}, 5s)).code, ErrorCode::page_gone);
  });
}

class CommandsInTheArena : public ArenaFixture {};

TEST_F(CommandsInTheArena, GoFromDocumentToDocument) {
  run_in_arena([&]() -> Awaitable {
    co_await done(Goto{"/c/one?x=1"});
    EXPECT_EQ(co_await eval("location.pathname"), "/c/one");
    co_await done(Goto{"#there"});
    EXPECT_EQ(co_await eval("location.hash"), "#there");
    co_await eval("window.mark=1");
    co_await done(Reload{});
    EXPECT_EQ(co_await eval("typeof mark+document.readyState"), "undefinedcomplete");
    for (const auto* address : {"file:///etc/passwd", "chrome://version", "javascript:alert(1)"}) {
      EXPECT_EQ(test::code_of(co_await attempt(Goto{address})), ErrorCode::invalid_request);
    }
    EXPECT_EQ(test::code_of(co_await attempt(Goto{"http://127.0.0.1:1/"})),
              ErrorCode::page_unreachable);
  });
}

TEST_F(CommandsInTheArena, GoOnWhereAClickLeadsToAnotherDocument) {
  run_in_arena([&]() -> Awaitable {
    co_await eval("document.body.insertAdjacentHTML('afterbegin','<a href=\"/c/two\">over</a>')");
    co_await done(Click{{.text = "over"}});
    co_await done(Wait{.url = "/c/two"});
    co_await done(Wait{{.selector = "#retry"}});
  });
}

TEST_F(CommandsInTheArena, ListOpenAndClosePages) {
  run_in_arena([&]() -> Awaitable {
    const auto id =
        test::must(co_await bridge::open_page(connection(), arena->origin() + "/c/x", limit));
    auto second = co_await commands_for(id);
    test::must(co_await second->run(Wait{{.selector = "#retry"}}, 10s));
    const auto pages = test::must(co_await list_pages(connection(), limit));
    EXPECT_EQ(pages.size(), 2U);
    const auto found = test::must(co_await find_page(connection(), id.substr(0, 10), limit));
    EXPECT_EQ(found.url, arena->origin() + "/c/x");
    EXPECT_EQ(found.title, "Arena (stand-in)");
    EXPECT_EQ(test::code_of(co_await find_page(connection(), "", limit)),
              ErrorCode::invalid_request);
    EXPECT_EQ(test::code_of(co_await find_page(connection(), "nothing", limit)),
              ErrorCode::not_found);
    test::must(co_await close_page(connection(), id, limit));
    EXPECT_EQ(test::must(co_await find_page(connection(), "", limit)).id, page->target_id());
    EXPECT_EQ(test::code_of(co_await bridge::open_page(connection(), "file:///", limit)),
              ErrorCode::invalid_request);
  });
}

}  // namespace
}  // namespace lmbridge::bridge
