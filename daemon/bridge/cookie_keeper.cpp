#include "bridge/cookie_keeper.hpp"

#include "cdp/protocol.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::awaitable;
using namespace std::chrono_literals;

namespace {

/// A look costs the browser less than a millisecond.
constexpr auto look_every = 500ms;
/// One who works with the browser has the cookies of many sites in it, and nothing is lost with it.
constexpr auto seldom = 5s;
/// A command that is given in the first milliseconds after the end of a network service is never
/// answered; one that comes later waits until there is another. So the first tries are short.
constexpr std::chrono::milliseconds shortest_patience = 50ms;
constexpr std::chrono::milliseconds longest_patience = 1s;
constexpr int most_tries = 12;

/// How long after a look that found no session cookies any more another one must agree: the network
/// service may have died without our knowledge yet.
constexpr auto second_look_after = 100ms;

/// When the browser last wrote cookies; the beginning of time when it never did.
fs::file_time_type last_written(const fs::path& profile) {
  auto latest = fs::file_time_type::min();
  for (const auto* name : {"Default/Cookies", "Default/Cookies-journal", "Default/Network/Cookies",
                           "Default/Network/Cookies-journal"}) {
    std::error_code missing;
    const auto time = fs::last_write_time(profile / name, missing);
    if (!missing) latest = std::max(latest, time);
  }
  return latest;
}

}  // namespace

CookieKeeper::CookieKeeper(const asio::any_io_executor& executor, base::Log& log)
    : executor_(executor), log_(log) {}

void CookieKeeper::use_file(fs::path file, fs::path profile) {
  file_ = std::move(file);
  profile_ = std::move(profile);
  std::error_code missing;
  const auto time = fs::last_write_time(file_, missing);
  if (missing) return;
  auto kept = read_cookie_file(file_);
  if (!kept) {
    log_.error("the kept cookies can't be used; going on with those of the browser's profile",
               {{"reason", kept.error().message}});
    return;
  }
  if (kept->profile != profile_) return;
  jar_ = std::move(kept->jar);
  session_cookies_only_ = last_written(profile_) > time;
}

void CookieKeeper::adopt(const CookieJar& jar) {
  jar_ = jar;
  doubt();
}

void CookieKeeper::attach(cdp::Connection& connection, std::string context_id) {
  connection_ = &connection;
  context_id_ = std::move(context_id);
  doubt();
}

void CookieKeeper::detach() {
  connection_ = nullptr;
  doubt();
}

void CookieKeeper::network_service_gone() {
  doubt();
}

void CookieKeeper::doubt() {
  restored_ = false;
  ++doubts_;
}

awaitable<void> CookieKeeper::restore() {
  if (is_foreign()) {
    restored_ = connection_ != nullptr;
    co_return;
  }
  Result<void> tried;
  auto patience = shortest_patience;
  for (int i = 0; i < most_tries && !restored_ && connection_ != nullptr; ++i) {
    tried = co_await try_to_restore(patience);
    patience = std::min(patience * 2, longest_patience);
  }
  if (!tried) complain("cookies could not be given back to the browser", tried.error());
}

/// No error, but not restored_ either, when it was overtaken by a doubt.
awaitable<Result<void>> CookieKeeper::try_to_restore(cdp::Duration patience) {
  const auto doubts = doubts_;
  const auto present = co_await connection_->call(
      "", cdp::storage::GetCookies{.browser_context_id = context_id_}, patience);
  if (doubts != doubts_) co_return Result<void>();
  if (!present) co_return std::unexpected(present.error());
  const CookieJar there(present->cookies);
  auto lacking = session_cookies_only_
                     ? jar_.session_cookies_missing_in(there)
                     : jar_.differing_from(there, std::chrono::system_clock::now());
  const auto count = lacking.size();
  if (count > 0) {
    auto set = co_await give(std::move(lacking), patience);
    if (doubts != doubts_) co_return Result<void>();
    if (!set) co_return set;
    log_.info("cookies were given back to the browser", {{"cookies", count}});
  }
  restored_ = true;
  // From now on nobody but us knows better.
  session_cookies_only_ = false;
  co_return Result<void>();
}

awaitable<Result<void>> CookieKeeper::give(std::vector<cdp::Cookie> cookies,
                                           cdp::Duration patience) {
  auto set = co_await connection_->call(
      "", cdp::storage::SetCookies{.cookies = cookies, .browser_context_id = context_id_},
      patience);
  if (set) co_return Result<void>();
  if (set.error().code != ErrorCode::internal) co_return std::unexpected(set.error());
  // It takes all or none, and does not say which one it does not like.
  co_return co_await give_one_by_one(std::move(cookies), patience);
}

awaitable<Result<void>> CookieKeeper::give_one_by_one(std::vector<cdp::Cookie> cookies,
                                                      cdp::Duration patience) {
  const auto doubts = doubts_;
  for (const auto& cookie : cookies) {
    if (doubts != doubts_) break;
    const auto set = co_await connection_->call(
        "", cdp::storage::SetCookies{.cookies = {cookie}, .browser_context_id = context_id_},
        patience);
    if (set) continue;
    if (set.error().code != ErrorCode::internal) co_return std::unexpected(set.error());
    log_.warning(
        "the browser does not take a cookie back",
        {{"name", cookie.name}, {"domain", cookie.domain}, {"reason", set.error().message}});
  }
  co_return Result<void>();
}

awaitable<void> CookieKeeper::look() {
  auto seen = co_await see();
  if (!seen || *seen == jar_) co_return;
  if (jar_.has_session_cookies() && !seen->has_session_cookies()) {
    asio::steady_timer timer(executor_, second_look_after);
    co_await timer.async_wait(asio::use_awaitable);
    seen = co_await see();
    if (!seen || *seen == jar_) co_return;
  }
  jar_ = *std::move(seen);
  write();
  if (observer_) observer_();
}

/// What the context has now; nullopt when that is not to be known or not to be believed.
awaitable<std::optional<CookieJar>> CookieKeeper::see() {
  if (!restored_ || connection_ == nullptr) co_return std::nullopt;
  const auto doubts = doubts_;
  auto present = co_await connection_->call(
      "", cdp::storage::GetCookies{.browser_context_id = context_id_}, longest_patience);
  if (!present || doubts != doubts_) co_return std::nullopt;
  if (is_foreign()) {
    std::erase_if(present->cookies,
                  [this](const auto& cookie) { return !cdp::is_sent_to(cookie, only_host_); });
  }
  co_return CookieJar(std::move(present->cookies));
}

awaitable<void> CookieKeeper::run() {
  asio::steady_timer timer(executor_);
  auto look_at = std::chrono::steady_clock::time_point::min();
  for (;;) {
    const bool was_restored = restored_;
    co_await restore();
    const auto now = std::chrono::steady_clock::now();
    if (!is_foreign() || is_waiting_() || now >= look_at) {
      look_at = now + seldom;
      co_await look();
    }
    if (!was_restored && restored_ && observer_) observer_();
    timer.expires_after(look_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

void CookieKeeper::write() {
  if (file_.empty()) return;
  if (const auto written = write_cookie_file(file_, {.profile = profile_, .jar = jar_}); written) {
    complained_ = false;
  } else {
    complain("the cookies can't be kept: a crash of the daemon may lose the sign-in",
             written.error());
  }
}

void CookieKeeper::complain(std::string_view what, const Error& error) {
  if (std::exchange(complained_, true)) return;
  log_.error(what, {{"reason", describe_chain(error)}});
}

}  // namespace lmbridge::bridge
