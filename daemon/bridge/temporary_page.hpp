// A page of its own for one task, so that those that the daemon works in are left alone.
#pragma once

#include "base/error.hpp"
#include "cdp/browser.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace lmbridge::bridge {

/// I/O thread only. The page is told to close when this goes, however its task ends.
class TemporaryPage {
 public:
  /// As open_page() does.
  static boost::asio::awaitable<Result<TemporaryPage>> open(std::shared_ptr<cdp::Browser> browser,
                                                            std::string address,
                                                            cdp::Duration timeout);

  TemporaryPage(TemporaryPage&& other) noexcept
      : browser_(std::exchange(other.browser_, nullptr)), id_(std::move(other.id_)) {}
  TemporaryPage& operator=(TemporaryPage&&) = delete;
  ~TemporaryPage();

  /// As PageSummary::id.
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  TemporaryPage(std::shared_ptr<cdp::Browser> browser, std::string id)
      : browser_(std::move(browser)), id_(std::move(id)) {}

  std::shared_ptr<cdp::Browser> browser_;
  std::string id_;
};

}  // namespace lmbridge::bridge
