// One page of the site in one browser context: opens it, keeps it alive, and runs requests in it.
#pragma once

#include "arena/failure.hpp"
#include "base/condition.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "bridge/backoff.hpp"
#include "bridge/job.hpp"
#include "bridge/page_gate.hpp"
#include "bridge/page_protocol.hpp"
#include "cdp/connection.hpp"
#include "cdp/page.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace lmbridge::bridge {

struct SitePageOptions {
  /// The browser outlives its connection to us, and is somebody else's: pages that it has are left
  /// alone, and those that we had are closed when there is another connection.
  bool in_foreign_browser = false;
  /// e.g. "https://lmarena.ai/"; the page may end up elsewhere, and requests follow it.
  std::string url;
  /// Requests at once over HTTP/2.
  std::size_t share = 90;
  /// A page that answers nothing for so long is replaced.
  std::chrono::milliseconds unresponsive_after{4'500};
  /// Bodies of so many bytes and more go to the page as files; see `./dev bench` for where that
  /// begins to pay.
  std::size_t body_in_file_from = 64UL * 1024;
};

class SitePage;

/// Hears of a page; called on the I/O thread, must not wait.
class SitePageOwner {
 public:
  virtual ~SitePageOwner() = default;
  /// Its state, or its free places, may have changed.
  virtual void on_page_change(SitePage& page) = 0;
  /// The site wants a human to do something in it.
  virtual void on_refusal(SitePage& page) = 0;
  /// The browser, which is running, has not answered a command for long.
  virtual void on_browser_stuck() = 0;
  /// By which texts a challenge is recognised now.
  [[nodiscard]] virtual const arena::Markers& markers() const = 0;
};

/// I/O thread only. Lives as long as the bridge: a browser that is started anew finds it again.
/// Requests that run in a page that is lost fail with page_gone or browser_gone.
class SitePage final : private cdp::PageObserver, private PageListener, private JobHost {
 public:
  /// `number` is for the log: 1 is the page of the default context.
  SitePage(const boost::asio::any_io_executor& executor, unsigned number, SitePageOptions options,
           SitePageOwner& owner, base::Log& log);
  ~SitePage() override;

  /// What is done in a browser context before its page is loaded.
  using Preparation = std::function<boost::asio::awaitable<void>()>;

  /// Opens the page in a context of a browser ("" = the default one) and keeps it until cancelled;
  /// detach() follows.
  boost::asio::awaitable<void> keep(cdp::Connection& connection, std::string context_id,
                                    Preparation prepare);
  /// The browser is gone: what runs fails with `reason`.
  void detach(const Error& reason);

  /// Requests that run fail with `reason`; for a shutdown.
  void fail_jobs(const Error& reason);

  /// How many more requests it takes now.
  [[nodiscard]] std::size_t free_places() const;
  /// Hands a request to the page, which has a free place; `news` outlives the job.
  std::unique_ptr<Job> start(Order order, base::Condition& news);

  /// No new requests until resume(): the network service is being replaced.
  void suspend();
  void resume();
  /// Cookies of the context have changed.
  void reconsider();
  /// A person looks at the page for as long as the token lives: its dialogs are left to that
  /// person, and while one is open the page is not taken for one that hangs. Otherwise they are
  /// answered at once, because the page stands still until they are. The page outlives the token.
  [[nodiscard]] std::shared_ptr<void> attend();
  /// Opens the page anew, in a new process, as soon as nothing runs in it; until then it takes no
  /// requests.
  void recycle();
  /// The other pages can't do without it: it takes requests again.
  void cancel_recycling();
  [[nodiscard]] bool recycling() const { return recycling_; }
  /// Since when it has had its process.
  [[nodiscard]] base::Condition::TimePoint opened_at() const { return opened_at_; }

  [[nodiscard]] unsigned number() const { return number_; }
  /// All that it has in the browser: one that was given up may still be there beside it.
  [[nodiscard]] std::vector<std::string> targets() const;
  /// By which the browser knows it; empty while it has none.
  [[nodiscard]] std::string target_id() const { return page_ ? page_->target_id() : ""; }
  [[nodiscard]] PageState state() const { return gate_.state(); }
  /// Why it takes no requests; empty when it does.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// Where its document came from, e.g. "https://lmarena.ai"; empty while there is none.
  [[nodiscard]] const std::string& origin() const { return origin_; }
  /// Of its document, e.g. "h2"; empty when unknown.
  [[nodiscard]] const std::string& protocol() const { return protocol_; }
  [[nodiscard]] std::size_t running() const { return jobs_.size(); }
  /// The next request that it takes shows whether the site has changed its mind.
  [[nodiscard]] bool is_on_trial() const { return gate_.is_on_trial(); }
  /// It has answered a request since it was opened in this browser.
  [[nodiscard]] bool has_answered() const { return has_answered_; }
  /// Requests at once that there is room for.
  [[nodiscard]] std::size_t capacity() const;
  /// When free_places() may change by itself.
  [[nodiscard]] std::optional<base::Condition::TimePoint> next_trial() const {
    return gate_.next_trial();
  }

 private:
  using TimePoint = base::Condition::TimePoint;

  boost::asio::awaitable<void> keep_loaded(const Preparation& prepare);
  boost::asio::awaitable<bool> load(const Preparation& prepare);
  boost::asio::awaitable<void> watch();
  boost::asio::awaitable<bool> reacts();
  boost::asio::awaitable<void> replace_unresponsive();
  void discard();
  boost::asio::awaitable<void> pause();
  [[nodiscard]] bool must_load() const;
  [[nodiscard]] TimePoint next_look() const;

  boost::asio::awaitable<void> run(JobId id, Order order);
  boost::asio::awaitable<Result<void>> start_in_page(JobId id, const Order& order);
  boost::asio::awaitable<Result<bool>> start_with_file(JobId id, const Order& order,
                                                       cdp::Page& page);

  void change();
  void say_trouble(std::string trouble);
  /// Says once, until requests are answered again, that a human must do something.
  void note_refusal(ErrorCode code);
  void lose_document();
  static void abort(cdp::Page& page, JobId id);
  Job* find(JobId id);
  void finish(JobId id, Result<void> ending);

  void on_binding(std::string_view payload) override;
  void on_world_gone() override;
  void on_crashed() override;
  void on_closed() override;
  bool on_other_event(std::string_view method, const cdp::Fields& params) override;
  void answer_dialog(bool accept);

  void on_hello(const DocumentHead& document) override;
  void on_loaded(std::string_view source) override;
  void on_protocol(std::string_view protocol) override;
  void on_head(JobId id, ResponseHead head) override;
  void on_text(JobId id, std::string_view text, std::size_t units) override;
  void on_end(JobId id) override;
  void on_fail(JobId id, bool redirected, std::string_view message) override;

  void grant(JobId id, std::size_t units) override;
  void leave(JobId id, bool running) override;
  void judge(JobId id, std::optional<ErrorCode> refusal) override;

  boost::asio::any_io_executor executor_;
  unsigned number_;
  SitePageOptions options_;
  SitePageOwner& owner_;
  base::Log& log_;
  std::minstd_rand random_{std::random_device{}()};
  Backoff backoff_{{.first_at_once = true}};

  /// Shared with the calls that wait for it: they may outlast it here.
  std::shared_ptr<cdp::Page> page_;
  /// Target of a page that was given up, to be closed when there is another: a browser may end with
  /// its last page.
  std::string discarded_;
  /// Starts of requests in this page.
  base::TaskGroup* starts_ = nullptr;
  base::Condition changed_;
  bool lost_ = false;
  bool closed_ = false;
  bool elsewhere_ = false;
  bool suspended_ = false;
  bool recycling_ = false;
  bool files_fail_ = false;
  /// The last try to load it; its reason is of more use than that there is another try.
  bool load_failed_ = false;
  bool told_of_block_ = false;
  bool has_answered_ = false;
  /// A dialog of the page that is left to the persons who look.
  bool is_dialog_open_ = false;
  std::size_t attendants_ = 0;

  PageGate gate_;
  std::string trouble_ = "there is no browser yet";
  /// Of the page that we loaded; requests go there.
  std::string origin_;
  std::string protocol_;
  /// Of the document that is being loaded, until its source has told what it is.
  int document_status_ = 0;
  int status_ = 0;
  TimePoint opened_at_;
  TimePoint loaded_at_;
  TimePoint last_sign_of_life_;
  std::unordered_map<JobId, Job*> jobs_;
  JobId last_id_ = 0;
  /// Jobs from this one on belong to the present document.
  JobId first_of_document_ = 0;
  JobId last_before_refusal_ = 0;
};

}  // namespace lmbridge::bridge
