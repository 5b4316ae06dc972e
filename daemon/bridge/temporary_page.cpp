#include "bridge/temporary_page.hpp"

#include "bridge/page_list.hpp"
#include "cdp/protocol.hpp"

namespace lmbridge::bridge {
using boost::asio::awaitable;

awaitable<Result<TemporaryPage>> TemporaryPage::open(std::shared_ptr<cdp::Browser> browser,
                                                     std::string address, cdp::Duration timeout) {
  auto id = co_await open_page(browser->connection(), std::move(address), timeout);
  if (!id) co_return std::unexpected(std::move(id.error()));
  co_return TemporaryPage(std::move(browser), *std::move(id));
}

TemporaryPage::~TemporaryPage() {
  if (browser_) browser_->connection().post("", cdp::target::CloseTarget{.target_id = id_});
}

}  // namespace lmbridge::bridge
