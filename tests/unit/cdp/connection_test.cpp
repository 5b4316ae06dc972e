#include "tests/unit/cdp/connection_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::cdp {
namespace {

using namespace std::chrono_literals;
using base::LogLevel;
using boost::asio::awaitable;
using testing::ElementsAre;
using testing::HasSubstr;

class DevToolsConnection : public ConnectionFixture {
 protected:
  using Answer = Result<target::CreateTarget::Reply>;

  /// Starts a call whose outcome lands in `answers[url]`.
  void start_call(base::TaskGroup& tasks, std::string session, std::string url,
                  Duration timeout = limit) {
    tasks.spawn("call " + url, [this, session, url, timeout]() -> awaitable<void> {
      answers.emplace(url,
                      co_await connection.call(session, target::CreateTarget{.url = url}, timeout));
      answered.notify();
    });
  }

  awaitable<void> wait_for_answers(std::size_t count) {
    while (answers.size() < count) co_await answered.wait();
  }

  std::map<std::string, Answer> answers;
  base::Condition answered{executor};
};

TEST_F(DevToolsConnection, RepliesReachTheirCallsInAnyOrder) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    for (const auto* url : {"a", "b", "c"}) start_call(tasks, "", url);
    std::vector<test::FakeCommand> commands;
    for (int i = 0; i < 3; ++i) commands.push_back(co_await browser.expect("Target.createTarget"));
    for (const int i : {2, 0, 1}) {
      const auto& command = commands[static_cast<std::size_t>(i)];
      co_await browser.reply(command, fmt::format(R"({{"targetId":"target {}"}})",
                                                  command.params.at("url").as_string().c_str()));
    }
    co_await wait_for_answers(3);
    for (const auto* url : {"a", "b", "c"}) {
      EXPECT_EQ(test::must(answers.at(url)).target_id, std::string("target ") + url);
    }
  });
}

TEST_F(DevToolsConnection, ACommandCarriesItsSession) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    start_call(tasks, "S1", "x");
    const auto command = co_await browser.next();
    EXPECT_EQ(command.session_id, "S1");
    co_await browser.reply(command, R"({"targetId":"T"})");
    co_await wait_for_answers(1);
  });
}

TEST_F(DevToolsConnection, ACallWithoutAReplyTimesOutAndItsLateReplyIsCounted) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    const auto start = std::chrono::steady_clock::now();
    start_call(tasks, "", "slow", 30ms);
    const auto command = co_await browser.next();
    co_await wait_for_answers(1);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 30ms);
    const auto& error = answers.at("slow").error();
    EXPECT_EQ(error.code, ErrorCode::timed_out);
    EXPECT_THAT(error.message, HasSubstr("Target.createTarget"));
    EXPECT_THAT(error.message, HasSubstr("30 ms"));
    co_await browser.reply(command, R"({"targetId":"T"})");
    co_await caught_up();
    EXPECT_EQ(connection.counters().late_replies, 1U);
  });
}

TEST_F(DevToolsConnection, ARefusalNamesTheCommandAndTheReason) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    start_call(tasks, "", "x");
    co_await browser.refuse(co_await browser.next(), "no targets today");
    co_await wait_for_answers(1);
    const auto& error = answers.at("x").error();
    EXPECT_EQ(error.code, ErrorCode::internal);
    EXPECT_THAT(error.message, HasSubstr("Target.createTarget"));
    EXPECT_THAT(error.message, HasSubstr("no targets today"));
  });
}

TEST_F(DevToolsConnection, TheRefusalOfAPostedCommandIsLoggedAtDebug) {
  run([&](base::TaskGroup&) -> awaitable<void> {
    connection.post("S1", page::Enable{});
    co_await browser.refuse(co_await browser.expect("Page.enable"), "not now");
    co_await caught_up();
    EXPECT_EQ(log.count(LogLevel::debug, "not now"), 1U);
    EXPECT_EQ(connection.counters().late_replies, 1U);
  });
}

TEST_F(DevToolsConnection, AMessageThatMakesNoSenseIsSkippedAndLoggedShortened) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    start_call(tasks, "", "x");
    const auto command = co_await browser.next();
    co_await browser.send("garbage" + std::string(5000, '!'));
    co_await browser.reply(command, R"({"targetId":"T"})");
    co_await wait_for_answers(1);
    EXPECT_TRUE(answers.at("x"));
    EXPECT_EQ(connection.counters().unparsable, 1U);
    EXPECT_EQ(connection.counters().messages, 2U);
    test::require(log.count(LogLevel::warning, "garbage") == 1, "one line in the log");
    EXPECT_LT(log.lines.front().text.size(), 500U);
    EXPECT_THAT(log.lines.front().text, HasSubstr("5007 bytes"));
  });
}

TEST_F(DevToolsConnection, EventsGoToTheSinkOfTheirSessionInOrder) {
  RecordingSink ours({"A.one", "A.two"});
  RecordingSink other({"A.one"});
  RecordingSink whole({"A.one"});
  connection.subscribe("S1", ours);
  connection.subscribe("S2", other);
  connection.subscribe("", whole);
  run([&](base::TaskGroup&) -> awaitable<void> {
    co_await browser.event("S1", "A.one", R"({"n":"1"})");
    co_await browser.event("S2", "A.one", R"({"n":"2"})");
    co_await browser.event("", "A.one", R"({"n":"3"})");
    co_await browser.event("S1", "A.two", R"({"n":"4"})");
    co_await caught_up();
    EXPECT_THAT(ours.seen, ElementsAre("A.one:1", "A.two:4"));
    EXPECT_THAT(other.seen, ElementsAre("A.one:2"));
    EXPECT_THAT(whole.seen, ElementsAre("A.one:3"));
    EXPECT_EQ(connection.counters().dropped_events, 0U);
  });
}

TEST_F(DevToolsConnection, EventsThatNobodyWantsAreDroppedAndCounted) {
  RecordingSink sink({"A.known"});
  connection.subscribe("S1", sink);
  run([&](base::TaskGroup&) -> awaitable<void> {
    co_await browser.event("S1", "A.unknown");
    co_await browser.event("S9", "A.known");
    co_await browser.event("", "A.known");
    co_await caught_up();
    EXPECT_EQ(connection.counters().dropped_events, 3U);
    connection.unsubscribe("S1");
    co_await browser.event("S1", "A.known");
    co_await caught_up();
    EXPECT_EQ(connection.counters().dropped_events, 4U);
    EXPECT_TRUE(sink.seen.empty());
    EXPECT_TRUE(log.lines.empty());
  });
}

TEST_F(DevToolsConnection, TheEndOfThePipeFailsEveryCallWithTheReasonGiven) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    start_call(tasks, "", "a");
    start_call(tasks, "S1", "b");
    co_await browser.next();
    co_await browser.next();
    browser.close();
    co_await wait_for_answers(2);
    for (const auto* url : {"a", "b"}) {
      EXPECT_EQ(test::code_of(answers.at(url)), ErrorCode::browser_gone);
      EXPECT_THAT(answers.at(url).error().message, HasSubstr("pipe was closed"));
    }
    // Later calls too, at once.
    const auto late = co_await connection.call("", browser::GetVersion{}, limit);
    EXPECT_EQ(test::code_of(late), ErrorCode::browser_gone);
    EXPECT_EQ(late.error().message, ended->message);
  });
}

TEST_F(DevToolsConnection, FailingASessionLeavesTheOthersAlone) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    start_call(tasks, "S1", "gone 1");
    start_call(tasks, "S1", "gone 2");
    start_call(tasks, "S2", "stays");
    std::vector<test::FakeCommand> commands;
    for (int i = 0; i < 3; ++i) commands.push_back(co_await browser.next());
    connection.fail_session("S1", Error{.code = ErrorCode::page_gone, .message = "it crashed"});
    co_await wait_for_answers(2);
    EXPECT_EQ(answers.at("gone 1").error().message, "it crashed");
    EXPECT_EQ(test::code_of(answers.at("gone 2")), ErrorCode::page_gone);
    EXPECT_FALSE(answers.contains("stays"));
    co_await browser.reply(commands[2], R"({"targetId":"T"})");
    co_await wait_for_answers(3);
    EXPECT_TRUE(answers.at("stays"));
    // The session itself can be used again, as after a reload.
    start_call(tasks, "S1", "again");
    co_await browser.reply(co_await browser.next(), R"({"targetId":"T"})");
    co_await wait_for_answers(4);
    EXPECT_TRUE(answers.at("again"));
  });
}

TEST_F(DevToolsConnection, ACancelledCallLeavesNothingBehindAndItsLateReplyIsCounted) {
  run([&](base::TaskGroup&) -> awaitable<void> {
    base::TaskGroup doomed(executor, log);
    start_call(doomed, "", "doomed");
    const auto command = co_await browser.next();
    doomed.cancel();
    co_await doomed.join();
    EXPECT_TRUE(answers.empty());
    co_await browser.reply(command, R"({"targetId":"T"})");
    co_await caught_up();
    EXPECT_EQ(connection.counters().late_replies, 1U);
    // Would write into a coroutine that is gone, were it still in the table.
    connection.fail_all(Error{.code = ErrorCode::browser_gone, .message = "over"});
    EXPECT_EQ(log.count(LogLevel::error), 0U);
  });
}

TEST_F(DevToolsConnection, ADetachedTargetFailsItsCallsAndTellsItsSink) {
  RecordingSink sink({"Target.detachedFromTarget"});
  connection.subscribe("S1", sink);
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    start_call(tasks, "S1", "a");
    start_call(tasks, "", "b");
    co_await browser.next();
    const auto other = co_await browser.next();
    // Comes on the browser's own session.
    co_await browser.event("", "Target.detachedFromTarget", R"({"sessionId":"S1","n":"x"})");
    co_await wait_for_answers(1);
    EXPECT_EQ(test::code_of(answers.at("a")), ErrorCode::page_gone);
    EXPECT_THAT(sink.seen, ElementsAre("Target.detachedFromTarget:x"));
    co_await browser.reply(other, R"({"targetId":"T"})");
    co_await wait_for_answers(2);
    EXPECT_TRUE(answers.at("b"));
  });
}

TEST_F(DevToolsConnection, CommandsOfMegabytesArriveWholeAndInOrder) {
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    const std::string large(5UL * 1024 * 1024, 'u');
    start_call(tasks, "", "before");
    start_call(tasks, "", large);
    start_call(tasks, "", "behind");
    for (const auto& url : {std::string("before"), large, std::string("behind")}) {
      const auto command = co_await browser.next();
      EXPECT_TRUE(command.params.at("url").as_string() == url);
      co_await browser.reply(command, R"({"targetId":"T"})");
    }
    co_await wait_for_answers(3);
  });
}

TEST_F(DevToolsConnection, ClosingItEndsThePipeForTheBrowser) {
  run([&](base::TaskGroup&) -> awaitable<void> {
    connection.close();
    co_await browser.wait_closed();
    // Its own read loop ends, too.
    while (!ended) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    EXPECT_EQ(ended->code, ErrorCode::browser_gone);
  });
}

}  // namespace
}  // namespace lmbridge::cdp
