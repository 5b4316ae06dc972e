#include "bridge/foreign_browser.hpp"

#include "cdp/page.hpp"
#include "cdp/protocol.hpp"

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;
using std::chrono::steady_clock;

namespace {

struct Pages {
  std::vector<std::string> ours;
  bool has_others = false;
};

awaitable<Result<Pages>> look_at_pages(cdp::Connection& connection,
                                       const std::vector<std::string>& known, cdp::Duration limit) {
  const auto listed = co_await connection.call("", cdp::target::GetTargets{}, limit);
  if (!listed) co_return std::unexpected(listed.error());
  Pages pages;
  for (const auto& target : listed->targets) {
    if (target.type != "page") continue;
    if (target.url == cdp::Page::blank_address ||
        std::ranges::find(known, target.target_id) != known.end()) {
      pages.ours.push_back(target.target_id);
    } else {
      pages.has_others = true;
    }
  }
  co_return pages;
}

}  // namespace

awaitable<void> close_our_pages(cdp::Connection& connection, std::vector<std::string> known,
                                cdp::Duration limit) {
  const auto deadline = steady_clock::now() + limit;
  const auto left = [deadline] { return deadline - steady_clock::now(); };
  const auto pages = co_await look_at_pages(connection, known, left());
  if (!pages) co_return;
  if (!pages->has_others && !pages->ours.empty()) {
    co_await connection.call("", cdp::target::CreateTarget{.url = "about:blank"}, left());
  }
  for (const auto& page : pages->ours) {
    connection.post("", cdp::target::CloseTarget{.target_id = page});
  }
  // Commands are heard in order: with this one's reply the others have been, too.
  co_await connection.call("", cdp::target::GetTargets{}, left());
}

}  // namespace lmbridge::bridge
