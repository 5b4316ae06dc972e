#include "bridge/bridge.hpp"

#include "base/devtools_address.hpp"
#include "base/origin.hpp"
#include "bridge/foreign_browser.hpp"
#include "bridge/network_watch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// For commands that a healthy browser answers within milliseconds.
constexpr auto command_timeout = 10s;
/// How long one that is somebody else's may take to close our pages.
constexpr auto leave_grace = 3s;
/// How long the browser may take to write its cookies and go.
constexpr auto close_grace = 5s;

}  // namespace

Bridge::Bridge(const asio::any_io_executor& executor, BridgeOptions options,
               const settings::LiveSettings& settings, base::Log& log)
    : executor_(executor),
      options_(std::move(options)),
      settings_(settings),
      log_(log),
      changed_(executor),
      line_(options_.line),
      restart_news_(executor) {
  for (unsigned number = 1; number <= options_.contexts; ++number) {
    pages_.push_back(std::make_unique<SitePage>(executor_, number, options_.page,
                                                static_cast<SitePageOwner&>(*this), log_));
    cookies_.push_back(std::make_unique<CookieKeeper>(executor_, log_));
    cookies_.back()->on_change([this, index = number - 1] { on_cookie_change(index); });
  }
  if (attaches()) {
    cookies_.front()->only_look(std::string(base::host_of_address(options_.page.url)), [this] {
      return std::ranges::any_of(pages_, [](const auto& page) { return page->is_on_trial(); });
    });
    browser_trouble_ = "the browser is being attached to";
  } else {
    cookies_.front()->use_file(options_.cookie_file, options_.browser.user_data_dir);
  }
  readiness_ = assess();
}

Bridge::~Bridge() = default;

awaitable<Result<void>> Bridge::start() {
  warn_of_open_connection();
  auto launched = co_await launch();
  if (launched || !attaches()) co_return launched;
  complain_of_launch(launched.error());
  co_return Result<void>();
}

void Bridge::warn_of_open_connection() {
  if (!attaches()) return;
  const auto address = base::read_devtools_address(browser_address());
  if (!address || base::is_loopback_host(address->host)) return;
  log_.warning("the connection to the browser is not encrypted, and leaves this machine",
               {{"address", browser_address()}});
}

awaitable<Result<void>> Bridge::launch() {
  if (!attaches()) browser_trouble_ = "the browser is starting";
  update_readiness();
  auto launched = co_await cdp::Browser::open(executor_, options_.browser,
                                              options_.browser_start_timeout, log_);
  if (!launched) {
    browser_trouble_ = attaches() ? "the browser can't be reached; the daemon's log says why"
                                  : "the browser can't be started; the daemon's log says why";
    update_readiness();
    co_return std::unexpected(std::move(launched).error());
  }
  browser_ = *std::move(launched);
  browser_trouble_.clear();
  started_at_ = last_used_ = steady_clock::now();
  used_ = renewing_ = restart_asked_ = false;
  browser_memory_ = 0;
  if (const auto pid = browser_->pid()) {
    log_.info("browser started", {{"product", browser_->product()}, {"pid", *pid}});
  } else {
    log_.info("attached to a browser",
              {{"product", browser_->product()}, {"address", browser_address()}});
    told_.clear();
  }
  update_readiness();
  co_return Result<void>();
}

awaitable<void> Bridge::run() {
  for (;;) {
    if (browser_) {
      co_await serve();
      co_await close_browser();
      ++restarts_;
    } else {
      co_await start_again();
    }
  }
}

/// After a browser that is gone; when it can't be started, that counts as another death.
awaitable<void> Bridge::start_again() {
  const auto launched = co_await launch();
  if (launched) co_return;
  complain_of_launch(launched.error());
  co_await pause(note_death(0s, false, launched.error()));
}

void Bridge::complain_of_launch(const Error& reason) {
  auto text = describe_chain(reason);
  if (!attaches()) {
    log_.error("the browser could not be started again", {{"reason", text}});
  } else if (text != told_) {
    log_.error("the browser could not be attached to; trying again and again", {{"reason", text}});
    told_ = std::move(text);
  }
}

/// Keeps the pages of a running browser, until it is gone.
awaitable<void> Bridge::serve() {
  std::optional<Error> reason;
  bool has_answered = false;
  base::TaskGroup tasks(executor_, log_);
  co_await tasks.enclose([&]() -> awaitable<void> {
    cookies_.front()->attach(browser_->connection(), "");
    if (const auto pid = browser_->pid()) {
      tasks.spawn("network watch", [this, pid = *pid] {
        return watch_network_service(executor_, pid,
                                     {.on_end = [this] { doubt_cookies(); },
                                      .on_next = [this] { return give_cookies_back(); }},
                                     log_);
      });
      tasks.spawn("memory watch", [this, pid = *pid] { return watch_memory(pid); });
    }
    if (!browser_->is_ours()) {
      co_await close_our_pages(browser_->connection(), {}, command_timeout);
    }
    // The other contexts are given what this one has.
    co_await cookies_.front()->restore();
    co_await cookies_.front()->look();
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      tasks.spawn("page", [this, i] { return keep_page(*pages_[i], *cookies_[i]); });
      tasks.spawn("cookies", [this, i] { return cookies_[i]->run(); });
    }
    tasks.spawn("browser health", [this] { return watch_health(); });
    tasks.spawn("idle restart", [this] { return restart_when_idle(); });
    tasks.spawn("restart", [this] { return restart_when_asked(); });
    reason = co_await browser_->wait_gone();
    has_answered = std::ranges::any_of(pages_, [](auto& page) { return page->has_answered(); });
    mourn(*reason);
  }());
  if (renewing_) co_return;
  const auto wait = note_death(steady_clock::now() - started_at_, has_answered, *reason);
  co_await close_browser();
  co_await pause(wait);
}

/// How long to wait before the next start.
steady_clock::duration Bridge::note_death(steady_clock::duration lived, bool has_answered,
                                          const Error& reason) {
  if (attaches()) {
    if (lived >= CrashHistory::healthy_after) attach_backoff_.reset();
    return attach_backoff_.next(random_);
  }
  const auto wait = crashes_.note_death(lived, has_answered);
  if (crashes_.is_loop()) {
    log_.error("the browser dies again and again; waiting before the next start",
               {{"wait_ms", std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()},
                {"reason", describe_chain(reason)}});
    update_readiness();
  }
  return wait;
}

/// Requests that ran fail; clients are not told what the browser said last: that may name files and
/// addresses.
void Bridge::mourn(const Error& reason) {
  if (renewing_) {
    log_.info(attaches() ? "the browser was left; attaching to it again"
                         : "the browser was closed; starting a fresh one");
  } else {
    log_.error(attaches() ? "the browser is out of reach; attaching to it again"
                          : "the browser is gone; starting it again",
               {{"reason", reason.message}});
  }
  browser_trouble_ =
      attaches() ? "the browser is out of reach" : "the browser is gone and is being started again";
  for (auto& cookies : cookies_) cookies->detach();
  for (auto& page : pages_) {
    page->detach(
        {.code = ErrorCode::browser_gone,
         .message = attaches() ? "the connection to the browser broke" : "the browser ended"});
  }
  update_readiness();
}

awaitable<void> Bridge::keep_page(SitePage& page, CookieKeeper& cookies) {
  std::string context_id;
  if (page.number() > 1) {
    auto created = co_await create_context();
    while (!created) {
      log_.error("a browser context could not be made; the others go on without it",
                 {{"page", page.number()}, {"reason", describe_chain(created.error())}});
      co_await pause(command_timeout);
      created = co_await create_context();
    }
    context_id = std::move(created->browser_context_id);
    // Its owner may have signed in as somebody else since.
    if (attaches() || cookies.jar().empty()) cookies.adopt(cookies_.front()->jar());
    cookies.attach(browser_->connection(), context_id);
  }
  co_await page.keep(browser_->connection(), context_id, [&cookies] { return cookies.restore(); });
}

awaitable<Result<cdp::target::CreateBrowserContext::Reply>> Bridge::create_context() {
  // Not handed on as it is: what it is called with lives as long as this coroutine.
  co_return co_await browser_->connection().call("", cdp::target::CreateBrowserContext{},
                                                 command_timeout);
}

/// Somebody may have signed in; a human does that in the default context, for all of them.
void Bridge::on_cookie_change(std::size_t index) {
  pages_[index]->reconsider();
  if (index != 0) return;
  for (std::size_t i = 1; i < pages_.size(); ++i) {
    if (pages_[i]->is_on_trial()) cookies_[i]->adopt(cookies_.front()->jar());
  }
}

/// The session cookies went with the network service.
void Bridge::doubt_cookies() {
  for (auto& cookies : cookies_) cookies->network_service_gone();
  for (auto& page : pages_) page->suspend();
}

awaitable<void> Bridge::give_cookies_back() {
  for (auto& cookies : cookies_) co_await cookies->restore();
  for (auto& page : pages_) page->resume();
}

awaitable<void> Bridge::watch_health() {
  co_await pause(CrashHistory::healthy_after);
  if (!crashes_.note_health()) co_return;
  log_.info("the browser stays alive again");
  update_readiness();
}

/// A browser that has worked and is not needed now gives back what it has gathered.
awaitable<void> Bridge::restart_when_idle() {
  for (;;) {
    const auto limit = settings_.current()->idle_restart;
    // The setting may change at any time.
    co_await pause(limit > 0s ? std::min<steady_clock::duration>(limit / 4, 10s) : 10s);
    const bool idle = used_ && running() == 0 && line_.empty();
    if (limit == 0s || !idle || steady_clock::now() < last_used_ + limit) continue;
    log_.info("nothing was asked for a while; the browser is started anew",
              {{"idle_seconds", std::chrono::duration_cast<std::chrono::seconds>(limit).count()}});
    if (co_await renew()) co_return;
  }
}

/// False when a request came first.
awaitable<bool> Bridge::renew() {
  for (auto& page : pages_) page->suspend();
  co_await cookies_.front()->look();
  if (running() > 0 || !line_.empty()) {
    for (auto& page : pages_) page->resume();
    co_return false;
  }
  co_await close_for_another();
  co_return true;
}

Result<void> Bridge::restart_browser() {
  if (closing_) return std::unexpected(why_waiting());
  if (!browser_ || !browser_trouble_.empty()) {
    return fail(ErrorCode::browser_gone,
                "there is no browser that could be started again: " + browser_trouble_);
  }
  restart_asked_ = true;
  restart_news_.notify();
  return {};
}

awaitable<void> Bridge::restart_when_asked() {
  while (!restart_asked_) co_await restart_news_.wait();
  log_.info("the browser is started anew, because somebody asked for it", {{"running", running()}});
  // Nothing shall begin in a browser that is about to go.
  for (auto& page : pages_) page->suspend();
  co_await cookies_.front()->look();
  co_await close_for_another();
}

awaitable<void> Bridge::close_for_another() {
  renewing_ = true;
  browser_->ask_to_close();
  // Its end ends this task, too.
  co_await pause(close_grace);
  browser_->kill();
}

awaitable<void> Bridge::pause(steady_clock::duration duration) {
  if (duration == 0s) co_return;
  asio::steady_timer timer(executor_, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> Bridge::close_browser() {
  if (!browser_) co_return;
  co_await browser_->close(close_grace);
  browser_.reset();
}

/// In a browser that goes on without us nothing of ours stays.
awaitable<void> Bridge::leave() {
  if (!browser_ || browser_->is_ours()) co_return;
  std::vector<std::string> ours;
  for (const auto& page : pages_) std::ranges::move(page->targets(), std::back_inserter(ours));
  co_await close_our_pages(browser_->connection(), std::move(ours), leave_grace);
}

void Bridge::close() {
  closing_ = true;
  update_readiness();
  for (auto* ticket : line_.dismiss()) ticket->settle(std::unexpected(why_waiting()));
  for (auto* news : listeners_) news->notify();
}

void Bridge::refuse() {
  close();
  for (auto& page : pages_) page->fail_jobs(why_waiting());
}

awaitable<void> Bridge::stop() {
  refuse();
  co_await cookies_.front()->look();
  co_await leave();
  for (auto& page : pages_) page->detach(why_waiting());
  co_await close_browser();
}

}  // namespace lmbridge::bridge
