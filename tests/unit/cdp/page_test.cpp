#include "cdp/page.hpp"

#include "tests/unit/cdp/connection_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RecordingObserver final : public PageObserver {
 public:
  void on_binding(std::string_view payload) override { note("binding " + std::string(payload)); }
  void on_world_gone() override { note("world gone"); }
  void on_crashed() override { note("crashed"); }
  void on_closed() override { note("closed"); }

  std::vector<std::string> heard;

 private:
  void note(std::string what) { heard.push_back(std::move(what)); }
};

class DevToolsPage : public ConnectionFixture {
 protected:
  /// Runs `body` with a page whose session is S, whose frame is T, and whose world is not there.
  void run_with_page(Body body) {
    run([this, body = std::move(body)](base::TaskGroup& tasks) -> awaitable<void> {
      page = std::make_unique<Page>(connection, "T", "S", "our world", observer);
      co_await body(tasks);
      page.reset();
    });
  }

  awaitable<void> create_world(int id, std::string unique_id, std::string_view name = "our world",
                               std::string_view frame = "T") {
    co_await browser.event("S", "Runtime.executionContextCreated",
                           fmt::format(R"({{"context":{{"id":{},"name":"{}","uniqueId":"{}",)"
                                       R"("auxData":{{"frameId":"{}"}}}}}})",
                                       id, name, unique_id, frame));
  }

  awaitable<void> call_binding(int context_id, std::string_view payload) {
    co_await browser.event("S", "Runtime.bindingCalled",
                           fmt::format(R"({{"name":"b","payload":"{}","executionContextId":{}}})",
                                       payload, context_id));
  }

  /// Starts a call; its outcome lands in `outcome`.
  void start_call(base::TaskGroup& tasks) {
    tasks.spawn("call", [this]() -> awaitable<void> {
      outcome = co_await page->call("function(){}", {}, limit);
      called.notify();
    });
  }

  awaitable<Result<std::string>> wait_for_outcome() {
    while (!outcome) co_await called.wait();
    co_return *std::exchange(outcome, std::nullopt);
  }

  RecordingObserver observer;
  std::unique_ptr<Page> page;
  std::optional<Result<std::string>> outcome;
  base::Condition called{executor};
};

TEST_F(DevToolsPage, WithoutItsWorldEveryCallFailsAtOnceAndPostsDoNothing) {
  run_with_page([&](base::TaskGroup&) -> awaitable<void> {
    EXPECT_EQ(test::code_of(co_await page->call("f", {}, limit)), ErrorCode::page_gone);
    page->post("f", {});
    connection.post("", browser::Close{});
    // Nothing has been sent before it.
    co_await browser.expect("Browser.close");
  });
}

TEST_F(DevToolsPage, CallsGoToItsOwnWorldOfTheMainFrame) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(1, "main", "");
    co_await create_world(2, "u.1");
    co_await create_world(3, "of a frame inside", "our world", "F");
    co_await create_world(4, "of an extension", "their world");
    co_await caught_up();
    start_call(tasks);
    const auto command = co_await browser.expect("Runtime.callFunctionOn");
    EXPECT_EQ(command.session_id, "S");
    EXPECT_EQ(command.params.at("uniqueContextId").as_string(), "u.1");
    co_await browser.reply(command, R"({"result":{"type":"string","value":"done"}})");
    EXPECT_EQ(test::must(co_await wait_for_outcome()), "done");
  });
}

TEST_F(DevToolsPage, ADestroyedWorldIsToldOnceAndItsSuccessorIsUsed) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await browser.event("S", "Runtime.executionContextDestroyed",
                           R"({"executionContextUniqueId":"another"})");
    co_await caught_up();
    EXPECT_THAT(observer.heard, IsEmpty());
    co_await browser.event("S", "Runtime.executionContextDestroyed",
                           R"({"executionContextUniqueId":"u.1"})");
    co_await browser.event("S", "Runtime.executionContextsCleared");
    co_await caught_up();
    EXPECT_THAT(observer.heard, ElementsAre("world gone"));
    EXPECT_EQ(test::code_of(co_await page->call("f", {}, limit)), ErrorCode::page_gone);
    co_await create_world(9, "u.2");
    co_await caught_up();
    start_call(tasks);
    const auto command = co_await browser.next();
    EXPECT_EQ(command.params.at("uniqueContextId").as_string(), "u.2");
    co_await browser.reply(command);
    test::must(co_await wait_for_outcome());
  });
}

TEST_F(DevToolsPage, ClearedWorldsAreForgotten) {
  run_with_page([&](base::TaskGroup&) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await browser.event("S", "Runtime.executionContextsCleared");
    co_await caught_up();
    EXPECT_THAT(observer.heard, ElementsAre("world gone"));
    EXPECT_EQ(test::code_of(co_await page->call("f", {}, limit)), ErrorCode::page_gone);
  });
}

TEST_F(DevToolsPage, BindingsOfADocumentThatWasLeftAreIgnored) {
  run_with_page([&](base::TaskGroup&) -> awaitable<void> {
    co_await call_binding(2, "before any world");
    co_await create_world(2, "u.1");
    co_await call_binding(2, "one");
    co_await call_binding(1, "of another world");
    co_await browser.event("S", "Runtime.executionContextsCleared");
    co_await call_binding(2, "late");
    co_await create_world(7, "u.2");
    co_await call_binding(2, "very late");
    co_await call_binding(7, "two");
    co_await caught_up();
    EXPECT_THAT(observer.heard, ElementsAre("binding one", "world gone", "binding two"));
    EXPECT_EQ(connection.counters().dropped_events, 4U);
  });
}

TEST_F(DevToolsPage, ACrashFailsTheCallsThatWillNeverBeAnswered) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await caught_up();
    start_call(tasks);
    co_await browser.expect("Runtime.callFunctionOn");
    co_await browser.event("S", "Inspector.targetCrashed");
    const auto failed = co_await wait_for_outcome();
    EXPECT_EQ(test::code_of(failed), ErrorCode::page_gone);
    EXPECT_THAT(failed.error().message, HasSubstr("crashed"));
    EXPECT_THAT(observer.heard, ElementsAre("world gone", "crashed"));
  });
}

TEST_F(DevToolsPage, APageThatIsClosedFailsItsCalls) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await caught_up();
    start_call(tasks);
    co_await browser.expect("Runtime.callFunctionOn");
    co_await browser.event("", "Target.detachedFromTarget", R"({"sessionId":"S"})");
    EXPECT_EQ(test::code_of(co_await wait_for_outcome()), ErrorCode::page_gone);
    EXPECT_THAT(observer.heard, ElementsAre("world gone", "closed"));
  });
}

TEST_F(DevToolsPage, WhatAFunctionThrowsIsTheCallsError) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await caught_up();
    start_call(tasks);
    co_await browser.reply(
        co_await browser.next(),
        R"({"result":{},"exceptionDetails":{"exception":{"description":"TypeError: no"}}})");
    const auto failed = co_await wait_for_outcome();
    EXPECT_EQ(test::code_of(failed), ErrorCode::internal);
    EXPECT_THAT(failed.error().message, HasSubstr("TypeError: no"));
  });
}

TEST_F(DevToolsPage, ACallThatCameTooLateForItsWorldFailsAsThePageBeingGone) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await caught_up();
    start_call(tasks);
    const auto command = co_await browser.next();
    co_await browser.event("S", "Runtime.executionContextsCleared");
    co_await create_world(5, "u.2");
    co_await browser.refuse(command, "uniqueContextId not found");
    EXPECT_EQ(test::code_of(co_await wait_for_outcome()), ErrorCode::page_gone);
  });
}

TEST_F(DevToolsPage, IsGoneForItsObserverAsSoonAsACallIsRefused) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    co_await create_world(2, "u.1");
    co_await caught_up();
    start_call(tasks);
    const auto command = co_await browser.next();
    co_await browser.refuse(command, "Inspected target navigated or closed");
    EXPECT_EQ(test::code_of(co_await wait_for_outcome()), ErrorCode::page_gone);
    EXPECT_THAT(observer.heard, ElementsAre("world gone"));
    co_await browser.event("S", "Runtime.executionContextsCleared");
    co_await caught_up();
    EXPECT_THAT(observer.heard, ElementsAre("world gone")) << "it is told once";
  });
}

TEST_F(DevToolsPage, NavigationSaysWhyItFailed) {
  run_with_page([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [&]() -> awaitable<void> {
      co_await browser.reply(co_await browser.expect("Page.navigate"));
      co_await browser.reply(co_await browser.expect("Page.navigate"),
                             R"({"errorText":"net::ERR_NAME_NOT_RESOLVED"})");
      co_await browser.refuse(co_await browser.expect("Page.navigate"), "Cannot navigate");
    });
    test::must(co_await page->navigate("https://site.test/", limit));
    const auto unresolved = co_await page->navigate("https://site.test/", limit);
    EXPECT_EQ(test::code_of(unresolved), ErrorCode::page_unreachable);
    EXPECT_THAT(unresolved.error().message, HasSubstr("https://site.test/"));
    EXPECT_THAT(unresolved.error().message, HasSubstr("net::ERR_NAME_NOT_RESOLVED"));
    const auto refused = co_await page->navigate("nonsense", limit);
    EXPECT_EQ(test::code_of(refused), ErrorCode::page_unreachable);
    EXPECT_THAT(describe_chain(refused.error()), HasSubstr("Cannot navigate"));
  });
}

}  // namespace
}  // namespace lmbridge::cdp
