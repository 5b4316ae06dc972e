#include "cdp/process_group.hpp"

#include "cdp/exit_watch.hpp"
#include "cdp/protocol.hpp"
#include "tests/integration/cdp/chromium_fixture.hpp"

#include <signal.h>

namespace lmbridge::cdp {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

class ProcessesOfChromium : public EveryChromium {
 protected:
  /// The cookies live in the network service: it runs once they have been read. A question that
  /// crosses its end is never answered.
  awaitable<pid_t> network_service() {
    Result<storage::GetCookies::Reply> cookies;
    do {
      cookies = co_await browser->connection().call("", storage::GetCookies{}, 200ms);
    } while (!cookies && cookies.error().code == ErrorCode::timed_out);
    test::must(std::move(cookies));
    const auto found = find_network_service(pid);
    test::require(found.has_value(), "a network service");
    co_return *found;
  }

  /// The browser itself and its helpers, each with its memory.
  static bool are_all_there(const std::vector<ProcessInfo>& found) {
    const auto count = [&](std::string_view type) {
      return std::ranges::count(found, type, &ProcessInfo::type);
    };
    std::size_t memory = 0;
    for (const auto& each : found) {
      if (each.memory == 0) return false;
      memory += each.memory;
    }
    return count("") == 1 && count("renderer") >= 1 && count("utility") >= 1 &&
           memory > 50U << 20U && memory < 2048U << 20U;
  }
};

TEST_P(ProcessesOfChromium, AreFoundWithTheirWorkAndTheirMemory) {
  run([&]() -> awaitable<void> {
    co_await launch(GetParam());
    co_await open_page();
    // Until then processes come and go, and some do not know yet what they are for.
    while (!are_all_there(processes_of_group(pid))) {
      co_await boost::asio::steady_timer(executor, 20ms).async_wait(boost::asio::use_awaitable);
    }
    page.reset();
    co_await close();
    test::require(left_over().empty(), "the end of every process");
    EXPECT_TRUE(processes_of_group(pid).empty());
  });
}

TEST_P(ProcessesOfChromium, TellThatTheNetworkServiceWasKilledAndWhichIsNext) {
  run([&]() -> awaitable<void> {
    co_await launch(GetParam());
    co_await open_page();
    const auto first = co_await network_service();
    auto watch = test::must(ExitWatch::open(executor, first));
    kill(first, SIGKILL);
    co_await watch.wait();
    EXPECT_NE(find_network_service(pid), first);
    const auto second = co_await network_service();
    EXPECT_NE(second, first);
  });
}

INSTANTIATE_TEST_SUITE_P(Processes, ProcessesOfChromium,
                         testing::Values(BrowserMode::shell, BrowserMode::headless), mode_name);

}  // namespace
}  // namespace lmbridge::cdp
