// The cookies of the first context, for an operator who has signed in elsewhere.

#include "bridge/bridge.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;

namespace {

constexpr std::chrono::seconds call_limit{10};

std::unexpected<Error> no_browser(const Readiness& readiness) {
  return fail(ErrorCode::browser_gone, "no browser runs now: " + readiness.reason);
}

/// The browser takes all or none, and does not say which one it does not like.
awaitable<Result<void>> set_one_by_one(cdp::Connection& connection,
                                       std::vector<cdp::Cookie> cookies) {
  for (const auto& cookie : cookies) {
    const auto set =
        co_await connection.call("", cdp::storage::SetCookies{.cookies = {cookie}}, call_limit);
    if (set) continue;
    if (set.error().code != ErrorCode::internal) co_return std::unexpected(set.error());
    co_return fail(
        ErrorCode::invalid_request,
        fmt::format("the browser does not take the cookie {} of {}", cookie.name, cookie.domain),
        set.error());
  }
  co_return Result<void>();
}

}  // namespace

awaitable<Result<std::vector<cdp::Cookie>>> Bridge::cookies() {
  const auto browser = browser_;
  if (!browser) co_return no_browser(readiness_);
  auto reply = co_await browser->connection().call("", cdp::storage::GetCookies{}, call_limit);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return std::move(reply->cookies);
}

awaitable<Result<void>> Bridge::import_cookies(std::vector<cdp::Cookie> cookies) {
  const auto browser = browser_;
  if (!browser) co_return no_browser(readiness_);
  auto& connection = browser->connection();
  auto set = co_await connection.call("", cdp::storage::SetCookies{.cookies = cookies}, call_limit);
  if (!set && set.error().code != ErrorCode::internal) co_return std::unexpected(set.error());
  if (!set) {
    auto each = co_await set_one_by_one(connection, std::move(cookies));
    if (!each) co_return each;
  }
  // The other contexts get them, too, and requests that waited for a sign-in are tried.
  co_await cookies_.front()->look();
  // What a page shows, and who it says is signed in, is as old as its load.
  for (auto& page : pages_) page->recycle();
  co_return Result<void>();
}

}  // namespace lmbridge::bridge
