#include "bridge/network_watch.hpp"

#include "cdp/exit_watch.hpp"
#include "cdp/process_group.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// No event tells that there is one; the list of processes takes milliseconds to read.
constexpr std::chrono::milliseconds shortest_pause = 20ms;
constexpr std::chrono::milliseconds longest_pause = 1s;
/// After that its first use may be what starts it.
constexpr auto longest_absence = 500ms;

/// The next one, as soon as there is one; nullopt when there is none for `limit`.
awaitable<std::optional<cdp::ExitWatch>> find_next(asio::any_io_executor executor, pid_t browser,
                                                   steady_clock::duration limit) {
  asio::steady_timer timer(executor);
  const auto begun = steady_clock::now();
  for (auto pause = shortest_pause;; pause = std::min(pause * 2, longest_pause)) {
    if (const auto pid = cdp::find_network_service(browser)) {
      auto watch = cdp::ExitWatch::open(executor, *pid);
      // Only now is it sure that the number has not been given to another process.
      if (watch && cdp::find_network_service(browser) == pid) co_return *std::move(watch);
    }
    if (steady_clock::now() >= begun + limit) co_return std::nullopt;
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

awaitable<void> watch_network_service(asio::any_io_executor executor, pid_t browser,
                                      NetworkRecovery recovery, base::Log& log) {
  std::optional<cdp::ExitWatch> service;
  for (;;) {
    while (!service) service = co_await find_next(executor, browser, longest_absence);
    co_await service->wait();
    log.warning("the browser's network service ended; it comes back, and gets its cookies again");
    recovery.on_end();
    // It is watched before it gets them, so that its own end is not missed.
    service = co_await find_next(executor, browser, longest_absence);
    co_await recovery.on_next();
  }
}

}  // namespace lmbridge::bridge
