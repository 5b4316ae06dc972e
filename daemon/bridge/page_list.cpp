#include "bridge/page_list.hpp"

#include "base/condition.hpp"
#include "base/text.hpp"
#include "bridge/page_address.hpp"
#include "cdp/protocol.hpp"
#include "cdp/session.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

std::string describe(const std::vector<PageSummary>& pages) {
  std::string text;
  for (const auto& page : pages) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", page.id.substr(0, 8),
                        base::excerpt(page.url, 80));
  }
  return text;
}

/// Hears when a page is gone.
class EndOfPage final : public cdp::EventSink {
 public:
  explicit EndOfPage(const asio::any_io_executor& executor) : changed_(executor) {}

  bool on_event(std::string_view method, const cdp::Fields&) override {
    if (method != cdp::target::DetachedFromTarget::method) return false;
    end();
    return true;
  }
  void on_connection_ended() override { end(); }

  /// False when it is still there at `deadline`.
  awaitable<bool> wait(base::Condition::TimePoint deadline) {
    while (!ended_ && std::chrono::steady_clock::now() < deadline) {
      co_await changed_.wait_until(deadline);
    }
    co_return ended_;
  }

 private:
  void end() {
    ended_ = true;
    changed_.notify();
  }

  base::Condition changed_;
  bool ended_ = false;
};

}  // namespace

awaitable<Result<std::vector<PageSummary>>> list_pages(cdp::Connection& connection,
                                                       cdp::Duration timeout) {
  auto listed = co_await connection.call("", cdp::target::GetTargets{}, timeout);
  if (!listed) co_return std::unexpected(std::move(listed).error());
  std::vector<PageSummary> pages;
  for (auto& target : listed->targets) {
    if (target.type != "page") continue;
    pages.push_back({.id = std::move(target.target_id),
                     .url = std::move(target.url),
                     .title = std::move(target.title),
                     .browser_context_id = std::move(target.browser_context_id),
                     .opener_id = std::move(target.opener_id)});
  }
  co_return pages;
}

awaitable<Result<PageSummary>> find_page(cdp::Connection& connection, std::string id,
                                         cdp::Duration timeout) {
  const auto pages = co_await list_pages(connection, timeout);
  if (!pages) co_return std::unexpected(pages.error());
  std::vector<PageSummary> found;
  for (const auto& page : *pages) {
    if (page.id.starts_with(id)) found.push_back(page);
  }
  if (found.empty()) {
    co_return fail(ErrorCode::not_found, fmt::format("no page is called {}; there are {}",
                                                     base::quoted(base::excerpt(id, 40)),
                                                     pages->empty() ? "none" : describe(*pages)));
  }
  if (found.size() > 1) {
    co_return fail(ErrorCode::invalid_request,
                   fmt::format("{} pages are meant: {}; give the beginning of one id", found.size(),
                               describe(found)));
  }
  co_return std::move(found.front());
}

awaitable<Result<std::string>> open_page(cdp::Connection& connection, std::string address,
                                         cdp::Duration timeout) {
  auto url = page_address(address);
  if (!url) co_return std::unexpected(std::move(url).error());
  // Not quite that with which a browser starts, which is taken for the daemon's own pages.
  if (*url == "about:blank") *url += "#operator";
  auto created =
      co_await connection.call("", cdp::target::CreateTarget{.url = *std::move(url)}, timeout);
  if (!created) co_return std::unexpected(std::move(created).error());
  co_return std::move(created->target_id);
}

awaitable<Result<void>> close_page(cdp::Connection& connection, std::string id,
                                   cdp::Duration timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto page = co_await find_page(connection, std::move(id), timeout);
  if (!page) co_return std::unexpected(page.error());
  EndOfPage end(co_await asio::this_coro::executor);
  const auto session = co_await cdp::Session::attach(connection, page->id, end, timeout);
  if (!session) co_return std::unexpected(session.error());
  const auto closed =
      co_await connection.call("", cdp::target::CloseTarget{.target_id = page->id}, timeout);
  if (!closed) co_return std::unexpected(closed.error());
  // The reply says only that it is being closed.
  if (co_await end.wait(deadline)) co_return Result<void>();
  co_return fail(ErrorCode::timed_out, "the browser does not close the page");
}

}  // namespace lmbridge::bridge
