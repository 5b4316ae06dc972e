#include "bridge/network_watch.hpp"

#include "cdp/exit_watch.hpp"
#include "cdp/process_group.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;

namespace {

/// No event tells that there is one; the list of processes takes milliseconds to read.
constexpr std::chrono::milliseconds shortest_pause = 20ms;
constexpr std::chrono::milliseconds longest_pause = 1s;

/// The next one, as soon as there is one.
awaitable<cdp::ExitWatch> find_next(asio::any_io_executor executor, pid_t browser) {
  asio::steady_timer timer(executor);
  for (auto pause = shortest_pause;; pause = std::min(pause * 2, longest_pause)) {
    if (const auto pid = cdp::find_network_service(browser)) {
      auto watch = cdp::ExitWatch::open(executor, *pid);
      // Only now is it sure that the number has not been given to another process.
      if (watch && cdp::find_network_service(browser) == pid) co_return *std::move(watch);
    }
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

awaitable<void> watch_network_service(asio::any_io_executor executor, pid_t browser,
                                      std::function<awaitable<void>()> on_end, base::Log& log) {
  for (;;) {
    auto service = co_await find_next(executor, browser);
    co_await service.wait();
    log.warning("the browser's network service ended; it comes back, and gets its cookies again");
    co_await on_end();
  }
}

}  // namespace lmbridge::bridge
