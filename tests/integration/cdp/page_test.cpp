#include "base/text.hpp"
#include "tests/integration/cdp/chromium_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;

/// A page whose title says what its own scripts can see.
constexpr std::string_view curious_page =
    "data:text/html,<script>window.theirs=1;"
    "document.title=[typeof ours,typeof ourBinding,typeof lmbridge].join()</script>";

class PageOfChromium : public EveryChromium {
 protected:
  /// Runs `body` with a page that shows `curious_page` and has said hello.
  void run_with_page(Body body) {
    run([this, body = std::move(body)]() -> awaitable<void> {
      co_await launch(GetParam());
      co_await open_page();
      test::must(co_await page->navigate(std::string(curious_page), limit));
      co_await wait_for_hello("data:text/html");
      co_await body();
    });
  }

  /// Waits for a hello from a document whose address starts with `start`.
  awaitable<void> wait_for_hello(std::string start) {
    while (std::ranges::none_of(observer.bindings, [&](const std::string& payload) {
      return payload.starts_with("hello " + start);
    })) {
      co_await observer.wait_for_bindings(observer.bindings.size() + 1);
    }
  }

  awaitable<Result<std::string>> call(std::string_view function,
                                      std::vector<std::string> arguments = {}) {
    return page->call(function, std::move(arguments), limit);
  }
};

TEST_P(PageOfChromium, HandsAFileOfOursToAFunction) {
  run_with_page([&]() -> awaitable<void> {
    const auto path = (temporary.path() / "body").string();
    std::ofstream(path, std::ios::binary) << std::string(3'000'000, 'x') << "end";
    constexpr std::string_view send =
        "function(tag){const f=this.files[0];"
        "f.slice(f.size-5).text().then(t=>ourBinding(tag+' '+f.size+' '+t))}";
    const auto before = observer.bindings.size();
    test::must(co_await page->call_with_file(send, {"\"whole\""}, path, limit));
    co_await observer.wait_for_bindings(before + 1);
    EXPECT_EQ(observer.bindings.back(), "whole 3000003 xxend");
  });
}

TEST_P(PageOfChromium, AFileThatIsNotThereIsEmptyOrAbsent) {
  run_with_page([&]() -> awaitable<void> {
    const auto size =
        co_await page->call_with_file("function(){return this.files[0]?.size??0}", {},
                                      (temporary.path() / "nothing here").string(), limit);
    EXPECT_EQ(test::must(size), "0");
  });
}

TEST_P(PageOfChromium, RunsOurScriptInAWorldThatItsOwnScriptsCannotSee) {
  run_with_page([&]() -> awaitable<void> {
    const auto before = observer.bindings.size();
    test::must(
        co_await call("function(){const done=()=>ourBinding('loaded');"
                      "document.readyState==='complete'?done():addEventListener('load',done)}"));
    co_await observer.wait_for_bindings(before + 1);
    EXPECT_EQ(test::must(co_await call("function(){return document.title}")),
              "undefined,undefined,undefined");
    EXPECT_EQ(test::must(co_await call("function(){return typeof theirs+typeof ours}")),
              "undefinednumber");
  });
}

TEST_P(PageOfChromium, TakesArgumentsAndGivesResults) {
  run_with_page([&]() -> awaitable<void> {
    EXPECT_EQ(test::must(co_await call("function(a,b){return a.x[1]+b}",
                                       {R"({"x":[1,"two"]})", "\" and \xe4\xb8\xad\""})),
              "two and \xe4\xb8\xad");
    EXPECT_EQ(test::must(co_await call("function(){return 12}")), "12");
    EXPECT_EQ(test::must(co_await call("function(){return false}")), "false");
    EXPECT_EQ(test::must(co_await call("function(){}")), "");
  });
}

TEST_P(PageOfChromium, TellsWhatAFunctionThrows) {
  run_with_page([&]() -> awaitable<void> {
    const auto thrown = co_await call("function(){throw new TypeError('it broke')}");
    EXPECT_EQ(test::code_of(thrown), ErrorCode::internal);
    EXPECT_THAT(thrown.error().message, HasSubstr("TypeError: it broke"));
    EXPECT_EQ(test::code_of(co_await call("function(){throw 7}")), ErrorCode::internal);
    EXPECT_EQ(test::code_of(co_await call("no function at all")), ErrorCode::internal);
    EXPECT_EQ(test::must(co_await call("function(){return 1}")), "1") << "the page lives on";
  });
}

TEST_P(PageOfChromium, KeepsItsBindingsInOrder) {
  run_with_page([&]() -> awaitable<void> {
    const auto before = observer.bindings.size();
    test::must(co_await call("function(n){for(let i=0;i<n;++i)ourBinding(String(i))}", {"2000"}));
    co_await observer.wait_for_bindings(before + 2000);
    for (std::size_t i = 0; i < 2000; ++i) {
      test::require(observer.bindings[before + i] == std::to_string(i), "the order of the page");
    }
  });
}

TEST_P(PageOfChromium, ComesBackWithItsWorldAfterANavigation) {
  run_with_page([&]() -> awaitable<void> {
    for (int i = 0; i < 5; ++i) {
      const auto address = "data:text/plain,number-" + std::to_string(i);
      const auto gone = observer.worlds_gone;
      test::must(co_await page->navigate(address, limit));
      co_await wait_for_hello("data:text/plain,number-" + std::to_string(i));
      EXPECT_GT(observer.worlds_gone, gone);
      EXPECT_EQ(test::must(co_await call("function(){return typeof ours}")), "number");
    }
  });
}

TEST_P(PageOfChromium, ComesBackWithItsWorldAfterAReload) {
  run_with_page([&]() -> awaitable<void> {
    // Pages may not reload data: addresses.
    const auto file = temporary.path() / "page.html";
    std::ofstream(file) << "<title>a page</title>";
    test::must(co_await page->navigate("file://" + file.string(), limit));
    co_await wait_for_hello("file://");
    const auto before = observer.bindings.size();
    const auto gone = observer.worlds_gone;
    page->post("function(){location.reload()}", {});
    co_await observer.wait_for_bindings(before + 1);
    EXPECT_EQ(observer.worlds_gone, gone + 1);
    EXPECT_EQ(test::must(co_await call("function(){ourBinding('again');return 'ok'}")), "ok");
    co_await observer.wait_for_bindings(before + 2);
    EXPECT_EQ(observer.bindings.back(), "again");
  });
}

TEST_P(PageOfChromium, SaysWhyItCouldNotBeLoaded) {
  run_with_page([&]() -> awaitable<void> {
    const auto refused = co_await page->navigate("http://127.0.0.1:1/", limit);
    EXPECT_EQ(test::code_of(refused), ErrorCode::page_unreachable);
    EXPECT_THAT(refused.error().message, HasSubstr("net::ERR_"));
    test::must(co_await page->navigate(std::string(curious_page), limit));
  });
}

TEST_P(PageOfChromium, SendsTenMegabytesInOnePiece) {
  run_with_page([&]() -> awaitable<void> {
    const auto before = observer.bindings.size();
    constexpr std::size_t size = 10UL * 1024 * 1024;
    test::must(co_await call("function(n){ourBinding('\xe4\xb8\xad'.repeat(n/2)+'x'.repeat(n/2))}",
                             {std::to_string(size)}));
    co_await observer.wait_for_bindings(before + 1);
    const auto& payload = observer.bindings.back();
    EXPECT_EQ(payload.size(), size / 2 * 3 + size / 2);
    EXPECT_TRUE(base::is_valid_utf8(payload));
    EXPECT_EQ(payload.find_first_not_of("\xe4\xb8\xad"), size / 2 * 3);
  });
}

TEST_P(PageOfChromium, TakesFiveMegabytesInOneArgument) {
  run_with_page([&]() -> awaitable<void> {
    constexpr std::size_t size = 5UL * 1024 * 1024;
    std::string argument;
    base::append_json_string(argument, std::string(size - 3, 'a') + "end");
    EXPECT_EQ(test::must(
                  co_await call("function(s){return s.length+s.slice(-4)}", {std::move(argument)})),
              std::to_string(size) + "aend");
  });
}

INSTANTIATE_TEST_SUITE_P(Page, PageOfChromium,
                         testing::Values(BrowserMode::shell, BrowserMode::headless), mode_name);

}  // namespace
}  // namespace lmbridge::cdp
