// Keeps a browser with pages of the site alive, and gives the requests that come a place in one of
// them.
#pragma once

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "bridge/admission.hpp"
#include "bridge/backoff.hpp"
#include "bridge/cookie_keeper.hpp"
#include "bridge/crash_history.hpp"
#include "bridge/site_page.hpp"
#include "bridge/waiting_line.hpp"
#include "cdp/browser.hpp"
#include "cdp/protocol.hpp"
#include "settings/live.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

namespace lmbridge::bridge {

struct BridgeOptions {
  cdp::BrowserOptions browser;
  cdp::Duration browser_start_timeout = std::chrono::seconds(30);
  SitePageOptions page;
  /// Browser contexts, with a page each.
  std::size_t contexts = 1;
  /// Where the cookies of the default context are kept.
  std::filesystem::path cookie_file;
  WaitingLine::Limits line;
};

enum class BridgeState {
  ready,
  /// The browser or its pages are on their way.
  not_ready,
  needs_verification,
  needs_sign_in,
  /// The browser dies whenever it is started.
  crash_loop,
  /// Somebody has told the daemon to take no requests for now.
  draining,
  shutting_down
};

/// The name that clients and scripts see, e.g. "needs_verification".
std::string_view name(BridgeState state);

/// Whether requests can be run now, and if not, why: a sentence for people.
struct Readiness {
  BridgeState state = BridgeState::not_ready;
  std::string reason;
  bool operator==(const Readiness&) const = default;
};

/// I/O thread only. Outlives its tickets and jobs. What is lost (a renderer, a page, the browser)
/// is replaced; requests that ran in it fail, and it is for RetryingAnswer to ask again.
class Bridge final : public Admission, private TicketOffice, private SitePageOwner {
 public:
  /// The settings are asked for what may change while the daemon runs.
  Bridge(const boost::asio::any_io_executor& executor, BridgeOptions options,
         const settings::LiveSettings& settings, base::Log& log);
  ~Bridge() override;

  /// Starts the first browser. An error here is one that the operator must mend. One to attach to
  /// may come later: nobody says that it is started first.
  boost::asio::awaitable<Result<void>> start();
  /// Keeps the browser and its pages alive until the task is cancelled; stop() follows.
  boost::asio::awaitable<void> run();

  /// Takes no new requests until resume(); those that have come are answered.
  void drain();
  void resume();
  /// Has a fresh browser started in place of the one that runs, whatever runs in it: requests that
  /// can be asked again are. One that is attached to is left, and attached to again. Errors:
  /// browser_gone while there is none, shutting_down.
  Result<void> restart_browser();

  /// The cookies of the first context, as the browser has them. Errors: browser_gone, timed_out.
  boost::asio::awaitable<Result<std::vector<cdp::Cookie>>> cookies();
  /// Puts these beside, or in place of, those that the first context has, and loads the pages anew
  /// that take no requests. Errors: browser_gone, timed_out, and invalid_request that names the
  /// first cookie that the browser does not take; those before it are there then.
  boost::asio::awaitable<Result<void>> import_cookies(std::vector<cdp::Cookie> cookies);

  /// The daemon is shutting down: requests that wait fail, and no new ones are taken.
  void close();
  /// close(), and those that run fail, too.
  void refuse();
  /// refuse(), then closes the browser.
  boost::asio::awaitable<void> stop();

  std::uint64_t next_arrival() override { return ++arrivals_; }
  Result<std::unique_ptr<Ticket>> ask_for_place(OrderSource& source, base::Condition& news,
                                                const TicketHolder& holder,
                                                Arrival arrival) override;
  [[nodiscard]] Error why_waiting() const override;
  [[nodiscard]] bool is_serving() const override;
  [[nodiscard]] bool is_closing() const override { return closing_; }
  void remember(base::Condition& news) override { listeners_.insert(&news); }
  void forget(base::Condition& news) override { listeners_.erase(listeners_.find(&news)); }
  [[nodiscard]] std::size_t place_of(const Ticket& ticket) const override {
    return line_.place_of(ticket);
  }

  [[nodiscard]] const Readiness& readiness() const { return readiness_; }
  /// Called whenever readiness(), running() or the state of a page may have changed: often.
  void on_change(std::function<void()> observer) { observer_ = std::move(observer); }
  [[nodiscard]] const WaitingLine& line() const { return line_; }
  [[nodiscard]] const std::vector<std::unique_ptr<SitePage>>& pages() const { return pages_; }
  /// Of the browser to attach to, as it was configured; empty where the browser is started here.
  [[nodiscard]] const std::string& browser_address() const { return options_.browser.address; }
  /// nullptr while there is none.
  [[nodiscard]] const cdp::Browser* browser() const { return browser_.get(); }
  /// When it was started.
  [[nodiscard]] std::chrono::steady_clock::time_point browser_started_at() const {
    return started_at_;
  }
  /// Of all its processes, in bytes, as of some seconds ago; 0 until it has been looked at.
  [[nodiscard]] std::size_t browser_memory() const { return browser_memory_; }
  /// For an operator's tools, whose calls fail once the browser has been closed but which must not
  /// find it deleted; nullptr while there is none.
  [[nodiscard]] std::shared_ptr<cdp::Browser> shared_browser() const { return browser_; }
  /// How often a browser was started in place of another.
  [[nodiscard]] std::size_t restarts() const { return restarts_; }
  /// Requests that run in pages now.
  [[nodiscard]] std::size_t running() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  boost::asio::awaitable<Result<void>> launch();
  boost::asio::awaitable<void> start_again();
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<Result<cdp::target::CreateBrowserContext::Reply>> create_context();
  boost::asio::awaitable<void> keep_page(SitePage& page, CookieKeeper& cookies);
  void on_cookie_change(std::size_t index);
  void doubt_cookies();
  boost::asio::awaitable<void> give_cookies_back();
  boost::asio::awaitable<void> watch_health();
  boost::asio::awaitable<void> restart_when_idle();
  boost::asio::awaitable<bool> renew();
  boost::asio::awaitable<void> restart_when_asked();
  boost::asio::awaitable<void> close_for_another();
  boost::asio::awaitable<void> watch_memory(pid_t browser);
  SitePage* page_to_recycle() const;
  boost::asio::awaitable<void> recycle(SitePage& page);
  boost::asio::awaitable<void> close_browser();
  boost::asio::awaitable<void> pause(std::chrono::steady_clock::duration duration);

  [[nodiscard]] bool attaches() const { return options_.browser.mode == cdp::BrowserMode::attach; }
  boost::asio::awaitable<void> leave();
  void warn_of_open_connection();
  void complain_of_launch(const Error& reason);
  void mourn(const Error& reason);
  std::chrono::steady_clock::duration note_death(std::chrono::steady_clock::duration lived,
                                                 bool has_answered, const Error& reason);
  void dispatch();
  SitePage* least_loaded() const;
  [[nodiscard]] Readiness assess() const;
  [[nodiscard]] Readiness assess_pages() const;
  void update_readiness();

  void withdraw(const Ticket& ticket) override;
  void on_page_change(SitePage& page) override;
  void on_refusal(SitePage& page) override;
  void on_browser_stuck() override;
  [[nodiscard]] const arena::Markers& markers() const override {
    return settings_.current()->site.markers;
  }

  boost::asio::any_io_executor executor_;
  BridgeOptions options_;
  const settings::LiveSettings& settings_;
  base::Log& log_;
  /// Shared with the tools of operators; see shared_browser().
  std::shared_ptr<cdp::Browser> browser_;
  std::vector<std::unique_ptr<SitePage>> pages_;
  /// Of the page with the same index.
  std::vector<std::unique_ptr<CookieKeeper>> cookies_;
  /// Pages, or who waits for them.
  base::Condition changed_;
  WaitingLine line_;
  std::uint64_t arrivals_ = 0;
  /// Of the answers that are being waited for.
  std::unordered_multiset<base::Condition*> listeners_;
  CrashHistory crashes_;
  /// Before another try to attach.
  Backoff attach_backoff_{{.longest = std::chrono::seconds(5)}};
  std::minstd_rand random_{std::random_device{}()};
  /// Why there is no browser to attach to, as the log has it already.
  std::string told_;
  TimePoint started_at_;
  std::size_t restarts_ = 0;
  std::size_t browser_memory_ = 0;
  /// By restart_browser().
  bool restart_asked_ = false;
  base::Condition restart_news_;
  /// The browser is being closed so that a fresh one takes its place.
  bool renewing_ = false;
  bool draining_ = false;
  bool closing_ = false;
  /// is_serving() as the listeners know it.
  bool serving_ = false;
  bool dispatching_ = false;
  /// When a request last began or ended, and whether this browser has run any.
  TimePoint last_used_;
  std::size_t last_running_ = 0;
  bool used_ = false;
  std::string browser_trouble_ = "the browser is starting";
  Readiness readiness_;
  std::function<void()> observer_;
};

}  // namespace lmbridge::bridge
