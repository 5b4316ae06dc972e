// A Connection with a FakeBrowser at its other end and its loops running.
#pragma once

#include "base/task_group.hpp"
#include "cdp/connection.hpp"
#include "cdp/protocol.hpp"
#include "tests/unit/cdp/fake_browser.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"

#include <boost/asio/post.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::cdp {

/// Remembers the events of one session; takes those whose method is listed.
class RecordingSink final : public EventSink {
 public:
  explicit RecordingSink(std::vector<std::string> wanted) : wanted_(std::move(wanted)) {}
  bool on_event(std::string_view method, const Fields& params) override {
    if (std::ranges::find(wanted_, method) == wanted_.end()) return false;
    seen.push_back(std::string(method) + ':' + std::string(params.text("n")));
    return true;
  }
  std::vector<std::string> seen;

 private:
  std::vector<std::string> wanted_;
};

class ConnectionFixture : public testing::Test {
 protected:
  using Body = std::function<boost::asio::awaitable<void>(base::TaskGroup&)>;

  /// Runs `body` beside the connection's loops. At the end of the pipe every call fails with
  /// what the read loop said.
  void run(Body body) { test::run(context, serve(std::move(body))); }

  boost::asio::awaitable<void> serve(Body body) {
    base::TaskGroup tasks(executor, log);
    co_await tasks.enclose([&]() -> boost::asio::awaitable<void> {
      tasks.spawn("reader", [this]() -> boost::asio::awaitable<void> {
        ended = co_await connection.read_loop();
        connection.fail_all(*ended);
      });
      tasks.spawn("writer", [this] { return connection.write_loop(); });
      co_await body(tasks);
    }());
  }

  /// Returns once everything that the browser has sent so far has been dispatched.
  boost::asio::awaitable<void> caught_up() {
    base::TaskGroup tasks(executor, log);
    bool answered = false;
    co_await tasks.enclose([&]() -> boost::asio::awaitable<void> {
      tasks.spawn("barrier", [&]() -> boost::asio::awaitable<void> {
        answered = (co_await connection.call("", browser::GetVersion{}, limit)).has_value();
      });
      co_await browser.reply(co_await browser.expect("Browser.getVersion"));
      co_await tasks.join();
    }());
    EXPECT_TRUE(answered);
  }

  static constexpr std::chrono::seconds limit{10};

  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  test::FakeBrowser browser{executor};
  Connection connection{executor, browser.transport(), log};
  /// Why the read loop ended.
  std::optional<Error> ended;
};

}  // namespace lmbridge::cdp
