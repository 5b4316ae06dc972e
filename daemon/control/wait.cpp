#include "control/wait.hpp"

#include "control/news.hpp"
#include "http/query.hpp"

#include <fmt/format.h>

#include <chrono>

namespace lmbridge::control {
using boost::asio::awaitable;
using bridge::BridgeState;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t longest_wait_seconds = 24UL * 3600;
constexpr std::size_t usual_wait_seconds = 60;

/// How long to wait for readiness, which is all that can be waited for.
Result<std::chrono::seconds> read_query(std::string_view query) {
  const auto state = http::query_text(query, "for");
  if (!state) return std::unexpected(state.error());
  if (state->value_or("") != "ready") {
    return fail(ErrorCode::invalid_request, "what to wait for is missing: /wait?for=ready");
  }
  const auto seconds =
      http::query_number(query, "timeout", 0, longest_wait_seconds, usual_wait_seconds);
  if (!seconds) return std::unexpected(seconds.error());
  return std::chrono::seconds(*seconds);
}

}  // namespace

awaitable<Result<Reply>> wait_for_state(const http::Request& request, const Context& context) {
  const auto limit = read_query(request.query);
  if (!limit) co_return std::unexpected(limit.error());
  auto& bridge = context.parts.bridge;
  const auto begun = steady_clock::now();
  BridgeNews news(context.executor, bridge);
  while (bridge.readiness().state != BridgeState::ready) {
    const auto& [state, reason] = bridge.readiness();
    if (state == BridgeState::shutting_down) co_return fail(ErrorCode::shutting_down, reason);
    if (steady_clock::now() >= begun + *limit) {
      co_return fail(
          ErrorCode::timed_out,
          fmt::format("not ready after {} s: {}: {}", limit->count(), bridge::name(state), reason));
    }
    co_await news.wait_until(begun + *limit);
  }
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun);
  co_return Reply{.body = {{"state", "ready"}, {"waited_ms", waited.count()}}};
}

}  // namespace lmbridge::control
