// Which page a viewer sees, and what is told of it.
#include "bridge/live_json.hpp"
#include "bridge/page_list.hpp"
#include "live/viewer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace lmbridge::live {
using boost::asio::awaitable;
using bridge::BridgeState;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

constexpr auto command_timeout = 10s;
/// Before a page that can't be shown is tried again.
constexpr auto pause_between_tries = 1s;

/// Tells a condition of changes for as long as it lives.
template <class Source>
class News {
 public:
  News(Source& source, base::Condition& news) : source_(source), news_(news) {
    source_.remember(news_);
  }
  News(const News&) = delete;
  News& operator=(const News&) = delete;
  ~News() { source_.forget(news_); }

 private:
  Source& source_;
  base::Condition& news_;
};

}  // namespace

const bridge::SitePage* Viewer::site_page(std::string_view id) const {
  for (const auto& page : parts_.bridge.pages()) {
    if (page->target_id() == id) return page.get();
  }
  return nullptr;
}

/// All of them, but in a browser that somebody else works with only our pages, the one that the
/// command named, what those have opened, and what that has opened: a sign-in may need it.
void Viewer::offer(const std::vector<bridge::PageSummary>& pages) {
  const bool is_ours = parts_.bridge.browser_address().empty();
  const auto before = std::exchange(offered_, {});
  for (const auto& page : pages) {
    const bool is_known = page.id == named_ || before.contains(page.id);
    if (is_ours || is_known || site_page(page.id) != nullptr) offered_.insert(page.id);
  }
  for (auto known = 0UL; known != offered_.size();) {
    known = offered_.size();
    for (const auto& page : pages) {
      if (offered_.contains(page.opener_id)) offered_.insert(page.id);
    }
  }
}

awaitable<void> Viewer::show_pages() {
  const News<bridge::Bridge> news(parts_.bridge, page_changed_);
  for (;;) {
    const auto page = co_await choose_page();
    wanted_.reset();
    if (co_await show_page(page)) continue;
    const auto again = steady_clock::now() + pause_between_tries;
    while (!wanted_ && steady_clock::now() < again) co_await page_changed_.wait_until(again);
  }
}

/// The page that was asked for, else the first of the daemon's own; waits until there is one.
awaitable<std::string> Viewer::choose_page() {
  bool has_told = false;
  for (;;) {
    if (wanted_ && !wanted_->empty()) co_return *wanted_;
    const auto& pages = parts_.bridge.pages();
    const auto found =
        std::ranges::find_if(pages, [](const auto& page) { return !page->target_id().empty(); });
    if (found != pages.end()) co_return (*found)->target_id();
    if (!std::exchange(has_told, true)) say(showing_json(""));
    co_await page_changed_.wait();
  }
}

/// Until it is gone or another one is wanted; false when it can't be shown.
awaitable<bool> Viewer::show_page(std::string page) {
  auto browser = parts_.bridge.shared_browser();
  if (browser == nullptr) co_return false;
  // Taken first: a dialog that opens meanwhile is left to the viewer.
  std::shared_ptr<void> attendance;
  for (const auto& each : parts_.bridge.pages()) {
    if (each->target_id() == page) attendance = each->attend();
  }
  auto opened = co_await bridge::LiveView::open(executor_, std::move(browser), page, {},
                                                command_timeout, parts_.log);
  if (!opened) {
    parts_.log.debug("a page can't be shown", {{"reason", describe_chain(opened.error())}});
    say(showing_json(""));
    co_return false;
  }
  say(showing_json(page));
  is_list_wanted_ = true;
  list_wanted_.notify();
  co_await serve(**opened);
  if (!(*opened)->ending().empty() && !wanted_) {
    say_message("This page can't be shown any more: " + (*opened)->ending() + ".");
  }
  co_return true;
}

awaitable<void> Viewer::serve(bridge::LiveView& view) {
  base::TaskGroup tasks(executor_, parts_.log);
  // However this ends, also when it is cancelled.
  const std::shared_ptr<void> shown(nullptr, [this](void*) { view_ = nullptr; });
  view_ = &view;
  if (screen_) view.send(*screen_);
  pace();
  co_await tasks.enclose([&]() -> awaitable<void> {
    tasks.spawn("live view", [&view] { return view.run(); });
    tasks.spawn("news of a live view", [this, &view] { return pump(view); });
    while (!wanted_ && view.ending().empty()) co_await page_changed_.wait();
  }());
}

/// Hands on what the page has to show, until it has ended.
awaitable<void> Viewer::pump(bridge::LiveView& view) {
  while (auto output = co_await view.next()) {
    if (auto* picture = std::get_if<bridge::LiveFrame>(&*output)) {
      outbox_.show(std::move(*picture));
      pace();
      continue;
    }
    // Titles and addresses of the list have changed.
    if (std::holds_alternative<bridge::LiveAddress>(*output)) is_list_wanted_ = true;
    if (std::holds_alternative<bridge::LiveMessage>(*output)) is_list_wanted_ = true;
    if (is_list_wanted_) list_wanted_.notify();
    say(bridge::live_json(*output));
  }
  page_changed_.notify();
}

/// The browser draws no faster than the viewer shows.
void Viewer::pace() {
  if (view_ != nullptr) view_->hold_pictures(!outbox_.wants_picture());
}

awaitable<void> Viewer::tell_pages() {
  for (;;) {
    while (!is_list_wanted_) co_await list_wanted_.wait();
    is_list_wanted_ = false;
    const auto browser = parts_.bridge.shared_browser();
    if (browser == nullptr) continue;
    const auto pages = co_await bridge::list_pages(browser->connection(), command_timeout);
    if (!pages) continue;
    std::vector<ListedPage> list;
    offer(*pages);
    for (const auto& page : *pages) {
      if (!offered_.contains(page.id)) continue;
      const auto* own = site_page(page.id);
      list.push_back(
          {.page = page, .state = own == nullptr ? "" : std::string(bridge::name(own->state()))});
    }
    say(pages_json(list));
  }
}

std::string Viewer::waiting_text() const {
  if (!parts_.waiting_for.text().empty()) return parts_.waiting_for.text();
  switch (parts_.bridge.readiness().state) {
    case BridgeState::needs_sign_in:
      return "The site wants somebody to sign in. Do so in this page.";
    case BridgeState::needs_verification:
      return "The site wants to see that a person is here. Answer its question in this page.";
    case BridgeState::not_ready:
    case BridgeState::crash_loop:
    case BridgeState::shutting_down:
      return parts_.bridge.readiness().reason;
    case BridgeState::draining:
    case BridgeState::ready:
      return "";
  }
  std::unreachable();
}

awaitable<void> Viewer::tell_what_is_waited_for() {
  base::Condition changed(executor_);
  const News<bridge::Bridge> state(parts_.bridge, changed);
  const News<WaitingFor> order(parts_.waiting_for, changed);
  std::string last;
  for (;;) {
    if (auto text = waiting_text(); text != last) {
      last = text;
      say(waiting_json(text));
      // States of pages have changed with it.
      is_list_wanted_ = true;
      list_wanted_.notify();
    }
    co_await changed.wait();
  }
}

}  // namespace lmbridge::live
