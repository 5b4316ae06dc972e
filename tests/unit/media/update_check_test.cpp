#include "media/update_check.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/media/file_server.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using base::LogLevel;
using namespace std::chrono_literals;

/// Its wall clock goes when it is told to.
class SetClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override { return time; }

  std::chrono::system_clock::time_point time{std::chrono::seconds(1'800'000'000)};
};

class Updates : public testing::Test {
 protected:
  void run(std::function<awaitable<void>()> body) {
    test::run(context, beside_check(std::move(body)));
  }

  /// Runs `body` beside a check that runs.
  awaitable<void> beside_check(std::function<awaitable<void>()> body) {
    UpdateCheck started(executor, live, clock, log,
                        {.version = "1.2.3", .file = directory.path() / "newest.json"});
    check = &started;
    base::TaskGroup tasks(executor, log);
    tasks.spawn("newest version", [&] { return started.run(); });
    co_await body();
    co_await tasks.stop(0s);
    check = nullptr;
  }

  void ask_at(std::string address) {
    settings::Settings settings;
    settings.updates.address = std::move(address);
    live.replace(std::move(settings));
    if (check != nullptr) check->settings_changed();
  }

  /// Answers with `version`, and counts.
  void serve(std::string version) {
    server.at("/newest", [this, version](test::FileServer::Exchange& exchange) -> awaitable<void> {
      ++asked;
      co_await exchange.respond(200, "", version);
    });
  }

  /// Until the answer to the question number `count` has been taken up.
  awaitable<void> until_known(int count) {
    co_await server.wait_until([&] { return asked == count && server.closed == count; });
    // What the check does with it is done when it waits again.
    for (int i = 0; i < 20; ++i) co_await asio::post(executor, asio::use_awaitable);
  }

  test::TemporaryDirectory directory;
  asio::io_context context{1};
  asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  test::FileServer server{executor, log};
  SetClock clock;
  settings::LiveSettings live{settings::Settings()};
  UpdateCheck* check = nullptr;
  int asked = 0;
};

TEST_F(Updates, AreToldOfInTheLogOnceAndLoadNothing) {
  run([&]() -> awaitable<void> {
    server.start();
    serve("v1.10.0\n");
    ask_at(server.url("/newest"));
    co_await until_known(1);
    EXPECT_EQ(check->newer_version(), "1.10.0");
    EXPECT_EQ(log.count(LogLevel::info, "there is a newer version newest=1.10.0 running=1.2.3"),
              1U);
    clock.time += 25h;
    check->settings_changed();
    co_await until_known(2);
    EXPECT_EQ(log.count(LogLevel::info, "there is a newer version"), 1U);
    EXPECT_THAT(server.requests.front(), testing::HasSubstr("lmbridge/1.2.3"));
    co_await server.stop();
  });
}

TEST_F(Updates, AreAskedForOnceADayAlsoByADaemonThatIsStartedOften) {
  test::run(context, [&]() -> awaitable<void> {
    server.start();
    serve("2.0");
    ask_at(server.url("/newest"));
    co_await beside_check([&] { return until_known(1); });
    for (int i = 0; i < 3; ++i) {
      co_await beside_check([&]() -> awaitable<void> {
        for (int turn = 0; turn < 20; ++turn) co_await asio::post(executor, asio::use_awaitable);
        EXPECT_EQ(check->newer_version(), "2.0") << "it is remembered";
      });
    }
    EXPECT_EQ(asked, 1);
    clock.time += 24h;
    co_await beside_check([&] { return until_known(2); });
    co_await server.stop();
  }());
}

TEST_F(Updates, AreNoneWhereOursIsTheNewestOrNewer) {
  run([&]() -> awaitable<void> {
    server.start();
    serve("1.2.3");
    ask_at(server.url("/newest"));
    co_await until_known(1);
    EXPECT_EQ(check->newer_version(), "");
    EXPECT_EQ(log.count(LogLevel::info), 0U);
    co_await server.stop();
  });
}

TEST_F(Updates, AreAskedForOnlyWhereThatIsWanted) {
  run([&]() -> awaitable<void> {
    server.start();
    serve("2.0");
    ask_at("");
    for (int turn = 0; turn < 20; ++turn) co_await asio::post(executor, asio::use_awaitable);
    EXPECT_EQ(asked, 0);
    ask_at(server.url("/newest"));
    co_await until_known(1);
    EXPECT_EQ(check->newer_version(), "2.0");
    auto off = *live.current();
    off.updates.enabled = false;
    live.replace(std::move(off));
    check->settings_changed();
    for (int turn = 0; turn < 20; ++turn) co_await asio::post(executor, asio::use_awaitable);
    EXPECT_EQ(check->newer_version(), "");
    co_await server.stop();
  });
}

TEST_F(Updates, ThatCanNotBeAskedForAreToldOfOnceAndTriedAgainInADay) {
  run([&]() -> awaitable<void> {
    server.start();
    serve("<html>");
    ask_at(server.url("/newest"));
    co_await until_known(1);
    EXPECT_EQ(log.count(LogLevel::info, "could not be asked for"), 1U);
    serve("2.0");
    check->settings_changed();
    for (int turn = 0; turn < 20; ++turn) co_await asio::post(executor, asio::use_awaitable);
    EXPECT_EQ(asked, 1);
    clock.time += 24h;
    check->settings_changed();
    co_await until_known(2);
    EXPECT_EQ(check->newer_version(), "2.0");
    co_await server.stop();
  });
}

TEST_F(Updates, AreNotReadBeyondALimit) {
  run([&]() -> awaitable<void> {
    server.start();
    serve("2.0" + std::string(1024UL * 1024, '\n'));
    ask_at(server.url("/newest"));
    co_await until_known(1);
    EXPECT_EQ(check->newer_version(), "");
    EXPECT_EQ(log.count(LogLevel::info, "could not be asked for"), 1U);
    co_await server.stop();
  });
}

TEST_F(Updates, AreAskedForAgainWhenTheNoteIsBrokenOrFromTheFuture) {
  test::run(context, [&]() -> awaitable<void> {
    server.start();
    serve("2.0");
    ask_at(server.url("/newest"));
    int count = 0;
    const std::string future =
        R"({"address":")" + server.url("/newest") + R"(","asked":1900000000,"newest":"3.0"})";
    for (const auto& note : {std::string("no JSON"), std::string("[]"), future,
                             std::string(R"({"asked":9223372036854775807})")}) {
      std::ofstream(directory.path() / "newest.json") << note;
      co_await beside_check([&]() -> awaitable<void> {
        co_await until_known(++count);
        EXPECT_EQ(check->newer_version(), "2.0");
      });
    }
    co_await server.stop();
  }());
}

}  // namespace
}  // namespace lmbridge::media
