// Pages give back the memory that they have gathered.

#include "bridge/bridge.hpp"
#include "cdp/process_group.hpp"

#include <algorithm>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr auto look_every = 5s;
/// A page that is too large from the start must not be opened anew all the time.
constexpr auto shortest_life = 30s;
/// How long requests may wait for the answers to end that still run in a page.
constexpr auto longest_drain = 20s;

constexpr std::size_t megabyte = 1024UL * 1024;

struct BrowserMemory {
  std::size_t all = 0;
  std::size_t pages = 0;
};

BrowserMemory memory_of(pid_t browser) {
  BrowserMemory memory;
  for (const auto& process : cdp::processes_of_group(browser)) {
    memory.all += process.memory;
    if (process.type == "renderer") memory.pages += process.memory;
  }
  return memory;
}

}  // namespace

/// Which page has which process is not told, so they are judged together and replaced in turn.
awaitable<void> Bridge::watch_memory(pid_t browser) {
  for (;;) {
    co_await pause(look_every);
    const auto memory = memory_of(browser);
    browser_memory_ = memory.all;
    const auto limit_mb = settings_.current()->browser.memory_limit_mb * pages_.size();
    if (limit_mb == 0) continue;
    const auto memory_mb = memory.pages / megabyte;
    if (memory_mb <= limit_mb) continue;
    auto* page = page_to_recycle();
    if (page == nullptr) continue;
    log_.info("the pages take too much memory; opening one anew as soon as nothing runs in it",
              {{"page", page->number()}, {"memory_mb", memory_mb}, {"limit_mb", limit_mb}});
    co_await recycle(*page);
  }
}

/// The one that has lived longest, of those that nobody is at work in.
SitePage* Bridge::page_to_recycle() const {
  SitePage* oldest = nullptr;
  for (const auto& page : pages_) {
    const bool may_go = page->state() == PageState::ready &&
                        steady_clock::now() >= page->opened_at() + shortest_life;
    if (may_go && (oldest == nullptr || page->opened_at() < oldest->opened_at())) {
      oldest = page.get();
    }
  }
  return oldest;
}

/// Until it is opened anew, or requests would have to wait too long for that.
awaitable<void> Bridge::recycle(SitePage& page) {
  page.recycle();
  const auto drained_by = steady_clock::now() + longest_drain;
  while (page.recycling()) {
    const bool is_late = steady_clock::now() >= drained_by;
    co_await changed_.wait_until(is_late ? base::Condition::TimePoint::max() : drained_by);
    if (line_.empty() || steady_clock::now() < drained_by) continue;
    log_.warning("a page can't be opened anew now: answers run in it, and other requests wait",
                 {{"page", page.number()}, {"running", page.running()}});
    page.cancel_recycling();
    co_await pause(shortest_life);
  }
}

}  // namespace lmbridge::bridge
