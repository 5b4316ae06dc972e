#include "bridge/id_capture.hpp"

#include "base/text.hpp"
#include "cdp/protocol_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// For the body of one request.
constexpr auto body_timeout = 5s;
/// A page that makes more of them than can be looked at gets some passed over.
constexpr std::size_t most_candidates = 32;

}  // namespace

/// Hears of the requests of one page.
class IdCapture::PageWatch final : public cdp::EventSink {
 public:
  PageWatch(IdCapture& capture, std::string session_id, std::string target_id)
      : capture_(capture),
        target_id_(std::move(target_id)),
        session_(std::make_shared<cdp::Session>(capture.browser_->connection(),
                                                std::move(session_id), *this)) {}

  awaitable<Result<cdp::NoReply>> enable(cdp::Duration timeout) {
    return session_->call(cdp::network::Enable{}, timeout);
  }
  void post_enable() { session_->post(cdp::network::Enable{}); }
  [[nodiscard]] bool is_gone() const { return is_gone_; }

 private:
  bool on_event(std::string_view method, const cdp::Fields& params) override {
    if (method == cdp::target::DetachedFromTarget::method) {
      is_gone_ = true;
      return true;
    }
    if (method != cdp::network::RequestWillBeSent::method) return false;
    auto seen = cdp::network::RequestWillBeSent::read(params);
    auto request = recognise({.method = seen.request_method,
                              .url = seen.url,
                              .document_url = seen.document_url,
                              .script_urls = std::move(seen.script_urls)},
                             capture_.rules_);
    if (!request) return true;
    const bool is_cut = seen.has_post_data && seen.post_data.empty();
    capture_.note({.request = *std::move(request),
                   .captured = {.ids = {},
                                .kind = {},
                                .at = capture_.clock_.wall_now(),
                                .page_id = target_id_,
                                .page_url = base::excerpt(seen.document_url, 500)},
                   .body = std::string(seen.post_data),
                   .session = is_cut ? session_ : nullptr,
                   .request_id = std::string(seen.request_id)});
    return true;
  }

  IdCapture& capture_;
  std::string target_id_;
  /// Shared with the question for a body; see Candidate.
  std::shared_ptr<cdp::Session> session_;
  bool is_gone_ = false;
};

IdCapture::IdCapture(const boost::asio::any_io_executor& executor,
                     std::shared_ptr<cdp::Browser> browser, IdRules rules, const base::Clock& clock,
                     base::Log& log)
    : browser_(std::move(browser)),
      rules_(std::move(rules)),
      clock_(clock),
      log_(log),
      changed_(executor) {}

IdCapture::~IdCapture() {
  disarm();
}

awaitable<Result<void>> IdCapture::arm(cdp::Duration timeout) {
  auto attached = co_await cdp::Session::attach(browser_->connection(), "", *this, timeout);
  if (!attached) co_return std::unexpected(std::move(attached).error());
  browser_session_ = *std::move(attached);
  const auto watching = co_await browser_session_->call(cdp::target::SetAutoAttach{}, timeout);
  if (!watching) {
    disarm();
    co_return std::unexpected(watching.error());
  }
  // A page that hangs must not keep ids from being captured in the others.
  for (const auto& page : pages_) page->post_enable();
  const auto deadline = steady_clock::now() + timeout;
  // Pages that open meanwhile are added behind these.
  for (std::size_t i = 0; i < pages_.size() && steady_clock::now() < deadline; ++i) {
    const auto enabled = co_await pages_[i]->enable(deadline - steady_clock::now());
    if (!enabled)
      log_.warning("a page does not tell of its requests", {{"reason", enabled.error().message}});
    if (!is_armed()) co_return fail(ErrorCode::cancelled, "the capture of ids was ended");
  }
  log_.info("ids are being captured", {{"pages", pages_.size()}});
  co_return Result<void>();
}

awaitable<Result<CapturedIds>> IdCapture::wait(cdp::Duration timeout) {
  const std::shared_ptr<void> end(nullptr, [this](void*) { disarm(); });
  co_return co_await wait_armed(timeout);
}

awaitable<Result<CapturedIds>> IdCapture::wait_armed(cdp::Duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    if (!candidates_.empty()) {
      auto candidate = std::move(candidates_.front());
      candidates_.pop_front();
      if (auto captured = co_await examine(std::move(candidate))) co_return *std::move(captured);
      continue;
    }
    if (is_browser_gone_) co_return fail(ErrorCode::browser_gone, "the browser is gone");
    if (!is_armed()) co_return fail(ErrorCode::cancelled, "the capture of ids was ended");
    if (steady_clock::now() >= deadline) {
      co_return fail(
          ErrorCode::timed_out,
          fmt::format("no ids were captured within {} s: press Retry on an answer in the page",
                      std::chrono::duration_cast<std::chrono::seconds>(timeout).count()));
    }
    co_await changed_.wait_until(deadline);
  }
}

awaitable<std::optional<CapturedIds>> IdCapture::examine(Candidate candidate) {
  if (candidate.session) {
    auto body = co_await candidate.session->call(
        cdp::network::GetRequestPostData{.request_id = candidate.request_id}, body_timeout);
    // Without it the address may do.
    if (body) candidate.body = std::move(body->post_data);
  }
  auto ids = read_ids(candidate.request, candidate.body, rules_);
  if (!ids) co_return std::nullopt;
  candidate.captured.ids = *std::move(ids);
  candidate.captured.kind = candidate.request.kind;
  log_.info("ids were captured",
            {{"request", name(candidate.request.kind)}, {"page", candidate.captured.page_id}});
  co_return std::move(candidate.captured);
}

void IdCapture::disarm() {
  pages_.clear();
  browser_session_.reset();
  changed_.notify();
}

void IdCapture::add_page(std::string session_id, std::string target_id) {
  std::erase_if(pages_, [](const auto& page) { return page->is_gone(); });
  pages_.push_back(std::make_unique<PageWatch>(*this, std::move(session_id), std::move(target_id)));
  pages_.back()->post_enable();
}

void IdCapture::note(Candidate candidate) {
  if (candidates_.size() >= most_candidates) return;
  candidates_.push_back(std::move(candidate));
  changed_.notify();
}

bool IdCapture::on_event(std::string_view method, const cdp::Fields& params) {
  if (method != cdp::target::AttachedToTarget::method) return false;
  auto attached = cdp::target::AttachedToTarget::read(params);
  if (attached.type == "page")
    add_page(std::move(attached.session_id), std::move(attached.target_id));
  return true;
}

void IdCapture::on_connection_ended() {
  is_browser_gone_ = true;
  changed_.notify();
}

}  // namespace lmbridge::bridge
