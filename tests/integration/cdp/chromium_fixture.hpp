// A real Chromium with a profile and a temporary directory of its own.
#pragma once

#include "cdp/browser.hpp"
#include "cdp/page.hpp"
#include "tests/integration/cdp/process_table.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/environment.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lmbridge::cdp {

/// Remembers what it hears, and wakes whoever waits for it.
class WaitingObserver final : public PageObserver {
 public:
  explicit WaitingObserver(const boost::asio::any_io_executor& executor) : changed_(executor) {}

  void on_binding(std::string_view payload) override { note(bindings.emplace_back(payload)); }
  void on_world_gone() override { note(worlds_gone += 1); }
  void on_crashed() override { note(crashes += 1); }
  void on_closed() override { note(closed = true); }

  /// Waits until `count` payloads have come; the deadline is the test's.
  boost::asio::awaitable<void> wait_for_bindings(std::size_t count) {
    while (bindings.size() < count) co_await changed_.wait();
  }
  boost::asio::awaitable<void> wait_for_crash() {
    while (crashes == 0) co_await changed_.wait();
  }

  std::vector<std::string> bindings;
  int worlds_gone = 0;
  int crashes = 0;
  bool closed = false;

 private:
  template <class Ignored>
  void note(const Ignored&) {
    changed_.notify();
  }
  base::Condition changed_;
};

class ChromiumFixture : public testing::Test {
 protected:
  using Clock = std::chrono::steady_clock;
  using Body = std::function<boost::asio::awaitable<void>()>;

  ChromiumFixture() { environment.set("TMPDIR", temporary.path().string()); }

  BrowserOptions options(BrowserMode mode) const {
    return {.executable = {},
            .mode = mode,
            .user_data_dir = profile.path().string(),
            .args = {},
            .sandbox = false};
  }

  /// Runs `body`, then closes the page and the browser that it has left open.
  void run(Body body, std::chrono::seconds whole = std::chrono::seconds(60)) {
    test::run(
        context,
        [&]() -> boost::asio::awaitable<void> {
          std::exception_ptr failure;
          try {
            co_await body();
          } catch (...) {  // thrown again once the browser is gone
            failure = std::current_exception();
          }
          page.reset();
          co_await close();
          if (failure) std::rethrow_exception(failure);
        }(),
        whole);
  }

  boost::asio::awaitable<void> launch(BrowserMode mode) {
    browser =
        test::must(co_await Browser::open(executor, options(mode), std::chrono::seconds(30), log));
    pid = browser->pid().value();
  }

  /// With a world whose script says hello with the address of each document.
  boost::asio::awaitable<void> open_page() {
    page = test::must(co_await Page::open(browser->connection(), {},
                                          {.name = "our world",
                                           .binding = "ourBinding",
                                           .script = "globalThis.ours = 1;"
                                                     "ourBinding('hello ' + location.href);"},
                                          observer, limit));
  }

  boost::asio::awaitable<void> close() {
    if (!browser) co_return;
    co_await browser->close(std::chrono::seconds(5));
    browser.reset();
  }

  /// What is left of the last browser; a moment is allowed for killed processes to go.
  std::vector<std::string> left_over() const {
    std::vector<std::string> lines;
    for (const auto& each :
         test::wait_for_none(pid, profile.path().string(), std::chrono::seconds(20))) {
      lines.push_back(each.command_line.substr(0, 200));
    }
    return lines;
  }

  std::vector<pid_t> renderers() const {
    std::vector<pid_t> pids;
    for (const auto& each : test::processes_of(pid, profile.path().string())) {
      if (each.command_line.find("--type=renderer") != std::string::npos) pids.push_back(each.pid);
    }
    return pids;
  }

  static constexpr std::chrono::seconds limit{20};

  test::TemporaryDirectory profile;
  test::TemporaryDirectory temporary;
  test::Environment environment;
  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  WaitingObserver observer{executor};
  std::unique_ptr<Browser> browser;
  std::unique_ptr<Page> page;
  /// Of the last browser.
  pid_t pid = 0;
};

/// A test that runs in both builds.
class EveryChromium : public ChromiumFixture, public testing::WithParamInterface<BrowserMode> {};

inline std::string mode_name(const testing::TestParamInfo<BrowserMode>& info) {
  return info.param == BrowserMode::shell ? "shell" : "headless";
}

}  // namespace lmbridge::cdp
