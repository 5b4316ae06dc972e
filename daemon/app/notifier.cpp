#include "app/notifier.hpp"

#include "base/text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace lmbridge::app {
namespace asio = boost::asio;

void Notifier::ready() {
  sd_notify(0, "READY=1");
}

void Notifier::reloading() {
  // The clock that the manager compares with its own.
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                           std::chrono::duration_cast<std::chrono::microseconds>(now).count())
                   .c_str());
}

void Notifier::stopping() {
  sd_notify(0, "STOPPING=1");
}

void Notifier::status(std::string_view text) {
  sd_notify(0, fmt::format("STATUS={}", base::printable(text)).c_str());
}

void Notifier::extend_timeout(std::chrono::microseconds time) {
  sd_notify(0, fmt::format("EXTEND_TIMEOUT_USEC={}", time.count()).c_str());
}

std::optional<std::chrono::microseconds> Notifier::watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

asio::awaitable<void> Notifier::keep_watchdog(asio::any_io_executor executor) {
  const auto interval = watchdog_interval();
  if (!interval) co_return;
  asio::steady_timer timer(executor);
  for (;;) {
    sd_notify(0, "WATCHDOG=1");
    timer.expires_after(*interval / 2);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace lmbridge::app
