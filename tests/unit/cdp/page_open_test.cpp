#include "cdp/page.hpp"
#include "tests/unit/cdp/connection_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;

class DeafObserver final : public PageObserver {
 public:
  void on_binding(std::string_view) override {}
  void on_world_gone() override {}
  void on_crashed() override {}
  void on_closed() override {}
};

class OpeningAPage : public ConnectionFixture {
 protected:
  awaitable<Result<std::unique_ptr<Page>>> open(std::string context_id = "") {
    return Page::open(connection, {.browser_context_id = std::move(context_id)},
                      {.name = "w", .binding = "b", .script = "run()"}, observer, limit);
  }

  /// Answers everything between the attachment and the script.
  awaitable<std::vector<std::string>> answer_installation() {
    std::vector<std::string> methods;
    while (methods.empty() || methods.back() != "Page.addScriptToEvaluateOnNewDocument") {
      const auto command = co_await browser.next();
      EXPECT_EQ(command.session_id, "S");
      methods.push_back(command.method);
      co_await browser.reply(command);
      if (command.method == "Runtime.addBinding") {
        EXPECT_EQ(command.params.at("name").as_string(), "b");
        EXPECT_EQ(command.params.at("executionContextName").as_string(), "w");
      }
      if (command.method == "Page.addScriptToEvaluateOnNewDocument") {
        EXPECT_EQ(command.params.at("source").as_string(), "run()");
        EXPECT_EQ(command.params.at("worldName").as_string(), "w");
      }
    }
    co_return methods;
  }

  DeafObserver observer;
};

TEST_F(OpeningAPage, TakesTheBlankPageThatTheBrowserStartedWith) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    std::vector<std::string> installed;
    tasks.spawn("browser", [&]() -> awaitable<void> {
      co_await browser.reply(co_await browser.expect("Target.getTargets"), R"({"targetInfos":[
          {"targetId":"worker","type":"service_worker","url":"about:blank"},
          {"targetId":"used","type":"page","url":"https://site.test/"},
          {"targetId":"blank","type":"page","url":"about:blank"}]})");
      const auto attach = co_await browser.expect("Target.attachToTarget");
      EXPECT_EQ(attach.params.at("targetId").as_string(), "blank");
      EXPECT_TRUE(attach.params.at("flatten").as_bool());
      co_await browser.reply(attach, R"({"sessionId":"S"})");
      installed = co_await answer_installation();
    });
    const auto page = test::must(co_await open());
    EXPECT_THAT(installed, testing::Contains("Runtime.enable"));
    EXPECT_THAT(installed, testing::Contains("Inspector.enable"));
    EXPECT_THAT(installed, testing::Contains("Runtime.addBinding"));
  });
}

TEST_F(OpeningAPage, TakesNoPageOfSomebodyElseAndStaysInTheBackground) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [&]() -> awaitable<void> {
      const auto create = co_await browser.expect("Target.createTarget");
      EXPECT_TRUE(create.params.at("background").as_bool());
      co_await browser.reply(create, R"({"targetId":"fresh"})");
      co_await browser.reply(co_await browser.expect("Target.attachToTarget"),
                             R"({"sessionId":"S"})");
      co_await answer_installation();
    });
    const auto page = test::must(
        co_await Page::open(connection, {.in_foreign_browser = true},
                            {.name = "w", .binding = "b", .script = "run()"}, observer, limit));
    EXPECT_EQ(page->target_id(), "fresh");
  });
}

TEST_F(OpeningAPage, MakesANewOneWhenNoneIsBlank) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [&]() -> awaitable<void> {
      co_await browser.reply(co_await browser.expect("Target.getTargets"), R"({"targetInfos":[]})");
      co_await browser.reply(co_await browser.expect("Target.createTarget"),
                             R"({"targetId":"fresh"})");
      const auto attach = co_await browser.expect("Target.attachToTarget");
      EXPECT_EQ(attach.params.at("targetId").as_string(), "fresh");
      co_await browser.reply(attach, R"({"sessionId":"S"})");
      co_await answer_installation();
    });
    test::must(co_await open());
  });
}

TEST_F(OpeningAPage, MakesItInTheContextThatIsGiven) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [&]() -> awaitable<void> {
      const auto create = co_await browser.expect("Target.createTarget");
      EXPECT_EQ(create.params.at("browserContextId").as_string(), "C");
      co_await browser.reply(create, R"({"targetId":"fresh"})");
      co_await browser.reply(co_await browser.expect("Target.attachToTarget"),
                             R"({"sessionId":"S"})");
      co_await answer_installation();
    });
    test::must(co_await open("C"));
  });
}

TEST_F(OpeningAPage, JoinsOneThatSomebodyElseKeepsAndLeavesItThere) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    std::vector<std::string> installed;
    tasks.spawn("browser", [&]() -> awaitable<void> {
      const auto attach = co_await browser.expect("Target.attachToTarget");
      EXPECT_EQ(attach.params.at("targetId").as_string(), "theirs");
      co_await browser.reply(attach, R"({"sessionId":"S"})");
      installed = co_await answer_installation();
    });
    auto page = test::must(co_await Page::join(
        connection, "theirs", {.name = "w", .binding = {}, .script = "run()"}, observer, limit));
    EXPECT_THAT(installed, testing::Not(testing::Contains("Runtime.addBinding")));
    EXPECT_THAT(installed, testing::Not(testing::Contains("Emulation.setFocusEmulationEnabled")));
    page.reset();
    const auto detach = co_await browser.expect("Target.detachFromTarget");
    EXPECT_EQ(detach.params.at("sessionId").as_string(), "S");
  });
}

class OpeningAPageThatIsRefused : public OpeningAPage,
                                  public testing::WithParamInterface<const char*> {};

TEST_P(OpeningAPageThatIsRefused, FailsWithTheBrowsersReason) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [&]() -> awaitable<void> {
      for (;;) {
        const auto command = co_await browser.next();
        if (command.method == GetParam()) {
          co_await browser.refuse(command, "not today");
        } else {
          co_await browser.reply(command, R"({"targetId":"T","sessionId":"S"})");
        }
      }
    });
    const auto page = co_await open();
    test::require(!page, "the page must not open");
    EXPECT_THAT(page.error().message, testing::HasSubstr("not today"));
    EXPECT_THAT(page.error().message, testing::HasSubstr(GetParam()));
  });
}

INSTANTIATE_TEST_SUITE_P(Each, OpeningAPageThatIsRefused,
                         testing::Values("Target.getTargets", "Target.createTarget",
                                         "Target.attachToTarget",
                                         "Page.addScriptToEvaluateOnNewDocument"));

}  // namespace
}  // namespace lmbridge::cdp
