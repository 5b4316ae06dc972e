#include "control/browser.hpp"

#include "control/news.hpp"
#include "control/replies.hpp"

#include <chrono>

namespace lmbridge::control {
using boost::asio::awaitable;
using std::chrono::steady_clock;

namespace {

/// To close the one that runs, beside the time that the next may take to start.
constexpr std::chrono::seconds closing_time{15};

}  // namespace

awaitable<Result<Reply>> restart_browser(const http::Request&, const Context& context) {
  auto& bridge = context.parts.bridge;
  const auto before = bridge.restarts();
  BridgeNews news(context.executor, bridge);
  if (auto asked = bridge.restart_browser(); !asked) {
    co_return std::unexpected(std::move(asked.error()));
  }
  const auto deadline =
      steady_clock::now() + closing_time + context.parts.settings.current()->browser.start_timeout;
  while (bridge.restarts() == before || bridge.browser() == nullptr) {
    const auto& [state, reason] = bridge.readiness();
    if (state == bridge::BridgeState::shutting_down) {
      co_return fail(ErrorCode::shutting_down, reason);
    }
    if (steady_clock::now() >= deadline) {
      co_return fail(ErrorCode::timed_out,
                     "the browser was closed, but there is no new one yet: " + reason);
    }
    co_await news.wait_until(deadline);
  }
  boost::json::object body{{"build", bridge.browser()->product()},
                           {"pid", nullptr},
                           {"address", text_or_null(bridge.browser_address())},
                           {"restarts", bridge.restarts()}};
  if (const auto pid = bridge.browser()->pid()) body["pid"] = *pid;
  co_return Reply{.body = std::move(body)};
}

}  // namespace lmbridge::control
