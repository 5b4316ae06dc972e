// Waits for a person, or a file of steps, to press Retry in a page, and takes the ids out of the
// request that the page makes. Nothing is patched and nothing is asked of the site.
#pragma once

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/log.hpp"
#include "bridge/id_request.hpp"
#include "cdp/browser.hpp"
#include "cdp/session.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace lmbridge::bridge {

struct CapturedIds {
  SessionIds ids;
  IdRequestKind kind = IdRequestKind::retry;
  std::chrono::system_clock::time_point at;
  /// PageSummary::id and the address of the document.
  std::string page_id;
  std::string page_url;
};

/// I/O thread only. Armed, the browser tells of every request of every page, those opened meanwhile
/// included; that costs, and ends with disarm() or with the object.
class IdCapture final : private cdp::EventSink {
 public:
  /// The browser is held so that its connection stays, ended perhaps.
  IdCapture(const boost::asio::any_io_executor& executor, std::shared_ptr<cdp::Browser> browser,
            IdRules rules, const base::Clock& clock, base::Log& log);
  ~IdCapture() override;

  /// Returns when no request that a page makes from now on is missed.
  boost::asio::awaitable<Result<void>> arm(cdp::Duration timeout);

  /// The first ids that come once it is armed. Errors: timed_out; cancelled after disarm();
  /// browser_gone. However this ends, also when the task is cancelled, it is disarmed.
  boost::asio::awaitable<Result<CapturedIds>> wait(cdp::Duration timeout);

  /// At once.
  void disarm();
  [[nodiscard]] bool is_armed() const { return browser_session_ != nullptr; }

 private:
  class PageWatch;
  /// A request whose body has yet to be looked at.
  struct Candidate {
    IdRequest request;
    CapturedIds captured;
    std::string body;
    /// Set where the browser must be asked for the body; shared, because the page may be closed
    /// meanwhile.
    std::shared_ptr<cdp::Session> session;
    std::string request_id;
  };

  boost::asio::awaitable<Result<CapturedIds>> wait_armed(cdp::Duration timeout);
  boost::asio::awaitable<std::optional<CapturedIds>> examine(Candidate candidate);
  void add_page(std::string session_id, std::string target_id);
  void note(Candidate candidate);

  bool on_event(std::string_view method, const cdp::Fields& params) override;
  void on_connection_ended() override;

  std::shared_ptr<cdp::Browser> browser_;
  IdRules rules_;
  const base::Clock& clock_;
  base::Log& log_;
  base::Condition changed_;
  std::unique_ptr<cdp::Session> browser_session_;
  std::vector<std::unique_ptr<PageWatch>> pages_;
  std::deque<Candidate> candidates_;
  bool is_browser_gone_ = false;
};

}  // namespace lmbridge::bridge
