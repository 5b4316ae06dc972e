#include "live/viewer.hpp"

#include "settings/live.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <vector>

namespace lmbridge::live {
namespace {

using boost::asio::awaitable;
using testing::Contains;
using testing::HasSubstr;
using namespace std::chrono_literals;

/// Hears what a viewer is told, and says what the test wants.
class FakeWebSocket final : public http::WebSocket {
 public:
  explicit FakeWebSocket(const boost::asio::any_io_executor& executor)
      : changed(executor), come(executor) {}

  awaitable<Result<http::WebSocketMessage>> read() override {
    while (messages.empty() && !is_gone) co_await come.wait();
    if (messages.empty()) co_return fail(ErrorCode::cancelled, "gone");
    auto message = std::move(messages.front());
    messages.pop_front();
    co_return message;
  }
  awaitable<Result<void>> write_text(std::string_view text) override {
    told.emplace_back(text);
    changed.notify();
    co_return Result<void>();
  }
  awaitable<Result<void>> write_bytes(std::string_view) override { co_return Result<void>(); }
  awaitable<void> close(std::uint16_t code, std::string_view) override {
    goodbye = code;
    co_return;
  }

  void say(std::string text) {
    messages.push_back({.data = std::move(text), .is_text = true});
    come.notify();
  }
  void leave() {
    is_gone = true;
    come.notify();
  }

  std::vector<std::string> told;
  std::uint16_t goodbye = 0;
  base::Condition changed;

 private:
  base::Condition come;
  std::deque<http::WebSocketMessage> messages;
  bool is_gone = false;
};

/// Of a daemon whose browser was never started.
class ViewerOfAPage : public testing::Test {
 protected:
  /// Runs `body` while the viewer is served, and returns how that ended.
  Ending run(std::function<awaitable<void>()> body, std::chrono::milliseconds idle_limit = 1h) {
    Viewer viewer(
        executor,
        {.bridge = bridge, .waiting_for = waiting_for, .log = log, .idle_limit = idle_limit},
        socket, "");
    current = &viewer;
    Ending ending;
    test::run(context, [&]() -> awaitable<void> {
      base::TaskGroup tasks(executor, log);
      co_await tasks.enclose([&]() -> awaitable<void> {
        tasks.spawn("viewer", [&]() -> awaitable<void> { ending = co_await viewer.run("hello"); });
        if (body) co_await body();
        co_await tasks.join();
      }());
    }());
    return ending;
  }

  awaitable<void> until_told(std::string text) {
    while (std::ranges::find(socket.told, text) == socket.told.end()) {
      co_await socket.changed.wait();
    }
  }

  test::TemporaryDirectory directory;
  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  settings::LiveSettings live_settings{settings::Settings()};
  bridge::Bridge bridge{
      executor,
      bridge::BridgeOptions{
          .browser = {}, .page = {}, .cookie_file = directory.path() / "cookies.json", .line = {}},
      live_settings, log};
  WaitingFor waiting_for;
  FakeWebSocket socket{executor};
  Viewer* current = nullptr;
};

TEST_F(ViewerOfAPage, IsGreetedAndToldThatThereIsNone) {
  const auto ending = run([&]() -> awaitable<void> {
    co_await until_told(showing_json(""));
    EXPECT_EQ(socket.told.front(), "hello");
    socket.leave();
  });
  EXPECT_EQ(ending.reason, "left");
  EXPECT_EQ(socket.goodbye, 0) << "nobody hears it";
}

TEST_F(ViewerOfAPage, IsToldWhatTheDaemonWaitsFor) {
  run([&]() -> awaitable<void> {
    co_await until_told(waiting_json("the browser is starting"));
    waiting_for.set("Click Retry under an answer.");
    co_await until_told(waiting_json("Click Retry under an answer."));
    socket.told.clear();
    waiting_for.set("");
    co_await until_told(waiting_json("the browser is starting"));
    socket.leave();
  });
}

TEST_F(ViewerOfAPage, IsPutOutForWhatMakesNoSense) {
  const auto ending = run([&]() -> awaitable<void> {
    socket.say("nonsense");
    co_return;
  });
  EXPECT_EQ(ending.reason, "refused");
  EXPECT_EQ(socket.goodbye, 1008);
}

TEST_F(ViewerOfAPage, MayActWhereThereIsNoPage) {
  const auto ending = run([&]() -> awaitable<void> {
    for (const auto* text : {R"({"screen":{"width":390,"height":700}})", R"({"back":{}})",
                             R"({"shown":{}})", R"({"pages":{}})", R"({"show":{"page":"A"}})"}) {
      socket.say(text);
    }
    co_await until_told(showing_json(""));
    socket.leave();
  });
  EXPECT_EQ(ending.reason, "left");
}

TEST_F(ViewerOfAPage, IsSentAwayWhenNothingIsDone) {
  EXPECT_EQ(run(nullptr, 20ms).reason, "idle");
  EXPECT_EQ(socket.goodbye, 4004);
}

TEST_F(ViewerOfAPage, IsSentAwayForAnotherAndToldSo) {
  const auto ending = run([&]() -> awaitable<void> {
    current->end(endings::replaced);
    current->end(endings::ended);
    co_return;
  });
  EXPECT_EQ(ending.reason, "replaced");
  EXPECT_EQ(socket.goodbye, 4001);
}

}  // namespace
}  // namespace lmbridge::live
