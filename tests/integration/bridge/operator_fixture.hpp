// A browser with a page that shows the stand-in arena, for what an operator does in it.
#pragma once

#include "base/condition.hpp"
#include "bridge/page_commands.hpp"
#include "bridge/page_list.hpp"
#include "tests/integration/bridge/arena_process.hpp"
#include "tests/integration/cdp/chromium_fixture.hpp"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>

namespace lmbridge::bridge {

class OperatorFixture : public cdp::ChromiumFixture {
 protected:
  using Awaitable = boost::asio::awaitable<void>;

  /// Runs `body` with the page at `address` and commands for it.
  void run_at(std::string address, Body body) {
    run([this, address = std::move(address), body = std::move(body)]() -> Awaitable {
      co_await launch(mode);
      held = std::shared_ptr<cdp::Browser>(std::move(browser));
      std::exception_ptr failure;
      try {
        co_await open_page_of_held(address);
        co_await body();
      } catch (...) {  // thrown again once everything has been closed
        failure = std::current_exception();
      }
      commands.reset();
      page.reset();
      co_await held->close(std::chrono::seconds(5));
      held.reset();
      if (failure) std::rethrow_exception(failure);
    });
  }

  /// The same with a page whose body is `html`.
  void run_with(std::string_view html, Body body) {
    const auto file = temporary.path() / "page.html";
    std::ofstream(file) << "<!DOCTYPE html><title>a page</title><body>" << html;
    run_at("file://" + file.string(), std::move(body));
  }

  boost::asio::awaitable<Result<PageReply>> attempt(
      PageCommand command, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    return commands->run(std::move(command), timeout);
  }

  /// The content of a reply that must come.
  boost::asio::awaitable<std::string> done(PageCommand command) {
    co_return test::must(co_await attempt(std::move(command))).content;
  }

  boost::asio::awaitable<std::string> eval(std::string expression) {
    return done(page_command::Eval{.expression = std::move(expression)});
  }

  /// Returns when the document is complete with its scripts; it is committed long before.
  Awaitable parsed(PageCommands& there) {
    test::must(co_await there.run(
        page_command::Eval{"document.readyState!=='loading'||new "
                           "Promise(done=>document.addEventListener('DOMContentLoaded',done))"},
        limit));
  }

  boost::asio::awaitable<std::unique_ptr<PageCommands>> commands_for(std::string target_id) {
    co_return test::must(
        co_await PageCommands::open(executor, held, std::move(target_id), limit, log));
  }

  cdp::Connection& connection() { return held->connection(); }

  cdp::BrowserMode mode = cdp::BrowserMode::shell;
  std::shared_ptr<cdp::Browser> held;
  std::unique_ptr<PageCommands> commands;

 private:
  Awaitable open_page_of_held(std::string address) {
    page = test::must(co_await cdp::Page::open(
        connection(), {},
        {.name = "our world", .binding = "ourBinding", .script = "globalThis.ours = 1;"}, observer,
        limit));
    test::must(co_await page->navigate(std::move(address), limit));
    commands = co_await commands_for(page->target_id());
    co_await parsed(*commands);
  }
};

/// The arena is started once for all tests of a suite.
class ArenaFixture : public OperatorFixture {
 protected:
  static void SetUpTestSuite() { arena = std::make_unique<test::ArenaProcess>(); }
  static void TearDownTestSuite() { arena.reset(); }

  void run_in_arena(Body body) { run_at(arena->origin() + "/", std::move(body)); }

  static inline std::unique_ptr<test::ArenaProcess> arena;
};

}  // namespace lmbridge::bridge
