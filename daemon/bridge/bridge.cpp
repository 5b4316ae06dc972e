#include "bridge/bridge.hpp"

#include "base/text.hpp"
#include "bridge_js/script.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// For commands that a healthy browser answers within milliseconds.
constexpr auto command_timeout = 10s;
/// Until a page's document is committed.
constexpr auto navigation_timeout = 60s;
/// How long the browser may take to write its cookies and go.
constexpr auto close_grace = 5s;
/// A page or browser that lived this long did not fail for the same reason as before.
constexpr auto healthy_after = 60s;

/// The pause before another try: doubled with each failure in a row.
class Backoff {
 public:
  steady_clock::duration next() {
    const auto pause = pause_;
    pause_ = std::min<steady_clock::duration>(pause_ * 2, 30s);
    return pause;
  }
  void reset() { pause_ = first; }

 private:
  static constexpr steady_clock::duration first = 500ms;
  steady_clock::duration pause_ = first;
};

bool is_web_page(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

}  // namespace

Bridge::Bridge(const asio::any_io_executor& executor, BridgeOptions options, base::Log& log)
    : executor_(executor), options_(std::move(options)), log_(log), page_changed_(executor) {}

Bridge::~Bridge() = default;

awaitable<Result<void>> Bridge::start() {
  return launch();
}

awaitable<Result<void>> Bridge::launch() {
  set_readiness(false, "the browser is starting");
  auto launched = co_await cdp::Browser::launch(executor_, options_.browser,
                                                options_.browser_start_timeout, log_);
  if (!launched) {
    set_readiness(false, "the browser can't be started; the daemon's log says why");
    co_return std::unexpected(std::move(launched).error());
  }
  browser_ = *std::move(launched);
  log_.info("browser started", {{"product", browser_->product()}, {"pid", browser_->pid()}});
  co_return Result<void>();
}

awaitable<void> Bridge::run() {
  Backoff backoff;
  for (;;) {
    if (!browser_) {
      co_await pause(backoff.next());
      if (auto launched = co_await launch(); !launched) {
        log_.error("the browser could not be started again",
                   {{"reason", describe_chain(launched.error())}});
        continue;
      }
    }
    const auto started = steady_clock::now();
    base::TaskGroup tasks(executor_, log_);
    co_await tasks.enclose([&]() -> awaitable<void> {
      tasks.spawn("page keeper", [this] { return keep_page(); });
      const auto reason = co_await browser_->wait_gone();
      log_.error("the browser is gone; starting it again", {{"reason", reason.message}});
      // Clients are not told what it said last: that may name files and addresses.
      set_readiness(false, "the browser is gone and is being started again");
      fail_jobs(Error{.code = ErrorCode::browser_gone,
                      .message = "the browser ended while the answer was on its way"});
    }());
    page_.reset();
    co_await close_browser();
    if (steady_clock::now() - started > healthy_after) backoff.reset();
  }
}

/// Opens a page, loads it, and does so again whenever it is lost, until cancelled.
awaitable<void> Bridge::keep_page() {
  Backoff backoff;
  for (;;) {
    page_.reset();
    page_closed_ = false;
    auto page = co_await cdp::Page::open(browser_->connection(),
                                         {.name = std::string(bridge_js::world),
                                          .binding = std::string(bridge_js::binding),
                                          .script = std::string(bridge_js::script)},
                                         *this, command_timeout);
    if (!page) {
      log_.warning("a page could not be opened", {{"reason", describe_chain(page.error())}});
      co_await pause(backoff.next());
      continue;
    }
    page_ = *std::move(page);
    while (!page_closed_) {
      page_lost_ = false;
      if (!co_await load_page(*page_)) {
        co_await pause(backoff.next());
        continue;
      }
      const auto loaded = steady_clock::now();
      while (!page_lost_ && !page_closed_) co_await page_changed_.wait();
      if (steady_clock::now() - loaded > healthy_after) backoff.reset();
      co_await pause(backoff.next());
    }
  }
}

awaitable<bool> Bridge::load_page(cdp::Page& page) {
  set_readiness(false, fmt::format("{} is being loaded", options_.page_url));
  const auto loaded = co_await page.navigate(options_.page_url, navigation_timeout);
  if (!loaded) {
    set_readiness(false, describe_chain(loaded.error()));
    log_.warning("the page could not be loaded; trying again",
                 {{"reason", describe_chain(loaded.error())}});
  }
  co_return loaded.has_value();
}

awaitable<void> Bridge::pause(steady_clock::duration duration) {
  asio::steady_timer timer(executor_, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> Bridge::close_browser() {
  if (!browser_) co_return;
  co_await browser_->close(close_grace);
  browser_.reset();
}

void Bridge::refuse() {
  set_readiness(false, "the daemon is shutting down");
  fail_jobs(Error{.code = ErrorCode::shutting_down, .message = "the daemon is shutting down"});
}

awaitable<void> Bridge::stop() {
  refuse();
  page_.reset();
  co_await close_browser();
}

awaitable<Result<std::unique_ptr<Job>>> Bridge::submit(const Order& order, base::Condition& news) {
  if (!readiness_.ready) co_return fail(ErrorCode::page_not_ready, readiness_.reason);
  auto job = std::make_unique<Job>(++last_id_, static_cast<JobHost&>(*this), news);
  jobs_.emplace(job->id(), job.get());
  if (const auto started = co_await start_in_page(*job, order); !started) {
    co_return std::unexpected(started.error());
  }
  co_return job;
}

awaitable<Result<void>> Bridge::start_in_page(Job& job, const Order& order) {
  const auto page = page_;
  if (order.body.size() >= options_.body_in_file_from && !files_fail_) {
    const auto started = co_await start_with_file(job, order, *page);
    if (!started) co_return std::unexpected(started.error());
    if (*started) co_return Result<void>();
    files_fail_ = true;
    log_.warning(
        "the browser can't read files of the daemon, so large requests take longer; let the "
        "browser "
        "see the daemon in /proc");
  }
  std::vector<std::string> arguments;
  arguments.push_back(encode_order(job.id(), order, job_credit));
  const auto called = co_await page->call("function(order){lmbridge.start(order)}",
                                          std::move(arguments), command_timeout);
  if (!called) co_return std::unexpected(called.error());
  co_return Result<void>();
}

/// False when the browser could not read the file.
awaitable<Result<bool>> Bridge::start_with_file(Job& job, const Order& order, cdp::Page& page) {
  auto body = BodyFile::create(order.body);
  if (!body) co_return std::unexpected(body.error());
  std::vector<std::string> arguments;
  arguments.push_back(encode_order(job.id(), order, job_credit, false));
  arguments.push_back(fmt::to_string(order.body.size()));
  const auto path = body->path();
  job.keep(*std::move(body));
  const auto started = co_await page.call_with_file(
      "function(order,size){return lmbridge.startWithFile(order,this.files[0],size)}",
      std::move(arguments), path, command_timeout);
  if (!started) co_return std::unexpected(started.error());
  co_return *started == "true";
}

void Bridge::set_readiness(bool ready, std::string reason) {
  if (readiness_.ready == ready && readiness_.reason == reason) return;
  readiness_ = {.ready = ready, .reason = std::move(reason)};
  if (observer_) observer_(readiness_);
}

void Bridge::fail_jobs(const Error& error) {
  for (const auto& [id, job] : jobs_) job->on_fail(error);
}

Job* Bridge::find(JobId id) {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

void Bridge::on_binding(std::string_view payload) {
  if (const auto read = read_page_payload(payload, *this); !read) {
    log_.error("the page script could not be understood", {{"reason", read.error().message}});
  }
}

void Bridge::on_world_gone() {
  // Otherwise there is a better reason already.
  if (readiness_.ready) set_readiness(false, "the page is being loaded again");
  fail_jobs(Error{.code = ErrorCode::page_gone,
                  .message = "the page was reloaded or left while the answer was on its way"});
}

void Bridge::on_crashed() {
  log_.error("the page's renderer crashed; loading the page again");
  page_lost_ = true;
  page_changed_.notify();
}

void Bridge::on_closed() {
  log_.error("the page was closed; opening it again");
  page_closed_ = true;
  page_changed_.notify();
}

void Bridge::on_hello(std::string_view url) {
  // The browser's own error pages run the script too.
  if (!is_web_page(url)) return;
  set_readiness(true, "");
  log_.info("the page is ready", {{"url", base::excerpt(url, 200)}});
}

void Bridge::on_head(JobId id, ResponseHead head) {
  if (auto* job = find(id)) job->on_head(std::move(head));
}

void Bridge::on_text(JobId id, std::string_view text, std::size_t units) {
  if (auto* job = find(id)) job->on_text(text, units);
}

void Bridge::on_end(JobId id) {
  if (auto* job = find(id)) job->on_end();
}

void Bridge::on_fail(JobId id, bool redirected, std::string_view message) {
  auto* job = find(id);
  if (job == nullptr) return;
  job->on_fail({.code = redirected ? ErrorCode::site_moved : ErrorCode::network_error,
                .message = std::string(message)});
}

void Bridge::grant(JobId id, std::size_t units) {
  if (!page_) return;
  page_->post("function(id,units){lmbridge.grant(id,units)}",
              {fmt::to_string(id), fmt::to_string(units)});
}

void Bridge::leave(JobId id, bool running) {
  jobs_.erase(id);
  if (running && page_) page_->post("function(id){lmbridge.abort(id)}", {fmt::to_string(id)});
}

}  // namespace lmbridge::bridge
