// Keeps a browser and a page of the site in it alive, and runs requests in that page.
#pragma once

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "bridge/job.hpp"
#include "bridge/page_protocol.hpp"
#include "cdp/browser.hpp"
#include "cdp/page.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace lmbridge::bridge {

struct BridgeOptions {
  cdp::BrowserOptions browser;
  cdp::Duration browser_start_timeout = std::chrono::seconds(30);
  /// e.g. "https://lmarena.ai/"; the page may end up elsewhere, and requests follow it.
  std::string page_url;
  /// Bodies of so many bytes and more go to the page as files; see `./dev bench` for where that
  /// begins to pay.
  std::size_t body_in_file_from = 64UL * 1024;
};

/// Whether a request can be run now, and if not, why: a sentence for people.
struct Readiness {
  bool ready = false;
  std::string reason;
};

/// I/O thread only. Outlives its jobs. One browser and one page; a page that is lost is loaded
/// again and a browser that is lost is started again, while the requests that ran in them fail.
class Bridge final : private cdp::PageObserver, private PageListener, private JobHost {
 public:
  Bridge(const boost::asio::any_io_executor& executor, BridgeOptions options, base::Log& log);
  ~Bridge() override;

  /// Starts the first browser. An error here is one that the operator must mend.
  boost::asio::awaitable<Result<void>> start();

  /// Loads the page and keeps it and the browser alive until the task is cancelled; stop() follows.
  boost::asio::awaitable<void> run();

  /// No more requests, and those that run fail: the daemon is shutting down.
  void refuse();

  /// refuse(), then closes the browser.
  boost::asio::awaitable<void> stop();

  /// Hands a request to the page. `news` is notified of what comes, and outlives the job. Errors:
  /// page_not_ready, page_gone, browser_gone.
  boost::asio::awaitable<Result<std::unique_ptr<Job>>> submit(const Order& order,
                                                              base::Condition& news);

  [[nodiscard]] const Readiness& readiness() const { return readiness_; }
  /// Called whenever readiness() changes.
  void on_readiness_change(std::function<void(const Readiness&)> observer) {
    observer_ = std::move(observer);
  }

 private:
  boost::asio::awaitable<Result<void>> launch();
  boost::asio::awaitable<void> keep_page();
  boost::asio::awaitable<bool> load_page(cdp::Page& page);
  boost::asio::awaitable<void> close_browser();
  boost::asio::awaitable<Result<void>> start_in_page(Job& job, const Order& order);
  boost::asio::awaitable<Result<bool>> start_with_file(Job& job, const Order& order,
                                                       cdp::Page& page);
  boost::asio::awaitable<void> pause(std::chrono::steady_clock::duration duration);

  void set_readiness(bool ready, std::string reason);
  void fail_jobs(const Error& error);
  Job* find(JobId id);

  void on_binding(std::string_view payload) override;
  void on_world_gone() override;
  void on_crashed() override;
  void on_closed() override;

  void on_hello(std::string_view url) override;
  void on_head(JobId id, ResponseHead head) override;
  void on_text(JobId id, std::string_view text, std::size_t units) override;
  void on_end(JobId id) override;
  void on_fail(JobId id, bool redirected, std::string_view message) override;

  void grant(JobId id, std::size_t units) override;
  void leave(JobId id, bool running) override;

  boost::asio::any_io_executor executor_;
  BridgeOptions options_;
  base::Log& log_;
  std::unique_ptr<cdp::Browser> browser_;
  /// Shared with the calls that wait for it: they may outlast it here.
  std::shared_ptr<cdp::Page> page_;
  base::Condition page_changed_;
  bool page_lost_ = false;
  bool page_closed_ = false;
  Readiness readiness_{.ready = false, .reason = "the browser is starting"};
  std::function<void(const Readiness&)> observer_;
  JobId last_id_ = 0;
  bool files_fail_ = false;
  std::unordered_map<JobId, Job*> jobs_;
};

}  // namespace lmbridge::bridge
