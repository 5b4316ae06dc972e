// The requests that run in a page.

#include "bridge/site_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// Until the page has taken a request over; megabytes take a while.
constexpr auto start_timeout = 10s;
/// What browsers allow to one host over HTTP/1.1.
constexpr std::size_t http_1_connections = 6;

}  // namespace

std::size_t SitePage::capacity() const {
  const bool multiplexed = protocol_ == "h2" || protocol_ == "h3";
  return multiplexed ? options_.share : std::min(options_.share, http_1_connections);
}

std::size_t SitePage::free_places() const {
  if (suspended_ || recycling_ || starts_ == nullptr) return 0;
  const auto limit = std::min(capacity(), gate_.limit(steady_clock::now()));
  return limit - std::min(limit, jobs_.size());
}

std::unique_ptr<Job> SitePage::start(Order order, base::Condition& news) {
  auto job = std::make_unique<Job>(++last_id_, static_cast<JobHost&>(*this), news);
  jobs_.emplace(job->id(), job.get());
  // The coroutine's frame is made when it starts, so the order waits for it in a shared place:
  // std::function wants copyable captures.
  auto handed_on = std::make_shared<Order>(std::move(order));
  starts_->spawn("start of a request",
                 [this, id = job->id(), handed_on] { return run(id, std::move(*handed_on)); });
  return job;
}

awaitable<void> SitePage::run(JobId id, Order order) {
  const auto page = page_;
  const auto started = co_await start_in_page(id, order);
  // Its client may have left before the page knew of it, and a start that was given up may yet
  // come.
  if (page && (!started || find(id) == nullptr)) abort(*page, id);
  if (!started) finish(id, std::unexpected(started.error()));
}

awaitable<Result<void>> SitePage::start_in_page(JobId id, const Order& order) {
  const auto page = page_;
  // Its client has left before it began.
  if (!page || find(id) == nullptr) co_return Result<void>();
  if (order.body.size() >= options_.body_in_file_from && !files_fail_) {
    const auto started = co_await start_with_file(id, order, *page);
    if (!started) co_return std::unexpected(started.error());
    if (*started || find(id) == nullptr) co_return Result<void>();
    files_fail_ = true;
    log_.warning(
        "the browser can't read files of the daemon, so large requests take longer; let the "
        "browser see the daemon in /proc");
  }
  std::vector<std::string> arguments;
  arguments.push_back(encode_order(id, order, job_credit));
  const auto called = co_await page->call("function(order){lmbridge.start(order)}",
                                          std::move(arguments), start_timeout);
  if (!called) co_return std::unexpected(called.error());
  co_return Result<void>();
}

/// False when the browser could not read the file.
awaitable<Result<bool>> SitePage::start_with_file(JobId id, const Order& order, cdp::Page& page) {
  auto created = BodyFile::create(order.body);
  if (!created) co_return std::unexpected(created.error());
  const auto body = std::make_shared<const BodyFile>(*std::move(created));
  std::vector<std::string> arguments;
  arguments.push_back(encode_order(id, order, job_credit, false));
  arguments.push_back(fmt::to_string(order.body.size()));
  if (auto* job = find(id)) job->keep(body);
  const auto started = co_await page.call_with_file(
      "function(order,size){return lmbridge.startWithFile(order,this.files[0],size)}",
      std::move(arguments), body->path(), start_timeout);
  if (!started) co_return std::unexpected(started.error());
  co_return *started == "true";
}

void SitePage::abort(cdp::Page& page, JobId id) {
  page.post("function(id){lmbridge.abort(id)}", {fmt::to_string(id)});
}

Job* SitePage::find(JobId id) {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

/// The job's last word; its place is free for another.
void SitePage::finish(JobId id, Result<void> ending) {
  auto* job = find(id);
  if (job == nullptr) return;
  jobs_.erase(id);
  job->finish(std::move(ending));
  change();
}

void SitePage::fail_jobs(const Error& reason) {
  for (const auto& [id, job] : std::exchange(jobs_, {})) job->finish(std::unexpected(reason));
  change();
}

void SitePage::on_head(JobId id, ResponseHead head) {
  if (auto* job = find(id)) job->on_head(std::move(head));
}

void SitePage::on_text(JobId id, std::string_view text, std::size_t units) {
  if (auto* job = find(id)) job->on_text(text, units);
}

void SitePage::on_end(JobId id) {
  finish(id, {});
}

void SitePage::on_fail(JobId id, bool redirected, std::string_view message) {
  finish(id,
         fail(redirected ? ErrorCode::site_moved : ErrorCode::network_error, std::string(message)));
}

void SitePage::grant(JobId id, std::size_t units) {
  if (!page_) return;
  page_->post("function(id,units){lmbridge.grant(id,units)}",
              {fmt::to_string(id), fmt::to_string(units)});
}

void SitePage::leave(JobId id, bool running) {
  if (jobs_.erase(id) == 0) return;
  if (running && page_) abort(*page_, id);
  change();
}

void SitePage::judge(JobId id, std::optional<ErrorCode> refusal) {
  // What was asked in an earlier document says nothing about this one.
  if (id < first_of_document_) return;
  if (refusal) {
    last_before_refusal_ = last_id_;
    gate_.refuse(*refusal, steady_clock::now());
    note_refusal(*refusal);
    owner_.on_refusal(*this);
    return;
  }
  // One that the site had let through before says nothing about the next.
  if (gate_.state() == PageState::loading || id <= last_before_refusal_) return;
  gate_.confirm();
  has_answered_ = true;
  backoff_.reset();
  if (std::exchange(told_of_block_, false)) {
    log_.info("the page is past it; requests go on", {{"page", number_}});
  }
  if (!trouble_.empty()) say_trouble("");
}

}  // namespace lmbridge::bridge
