// One person who has been let in: shows a page, lets the person act in it and change to another.
#pragma once

#include "base/condition.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "bridge/bridge.hpp"
#include "bridge/live_view.hpp"
#include "bridge/page_list.hpp"
#include "http/web_socket.hpp"
#include "live/ending.hpp"
#include "live/outbox.hpp"
#include "live/waiting_for.hpp"
#include "live/words.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace lmbridge::live {

/// I/O thread only. Everything it is made from outlives it.
class Viewer {
 public:
  struct Parts {
    bridge::Bridge& bridge;
    WaitingFor& waiting_for;
    base::Log& log;
    std::chrono::milliseconds idle_limit{};
  };

  /// `page` is a PageSummary::id; empty for the daemon's own page.
  Viewer(boost::asio::any_io_executor executor, Parts parts, http::WebSocket& socket,
         std::string page);

  /// `welcome` is the first that the person is told. Returns how it ended, having said goodbye.
  boost::asio::awaitable<Ending> run(std::string welcome);

  /// From outside: run() returns soon.
  void end(const Ending& ending);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  boost::asio::awaitable<void> read();
  boost::asio::awaitable<void> write();
  boost::asio::awaitable<void> watch_idleness();
  boost::asio::awaitable<void> tell_what_is_waited_for();
  void take(ViewerMessage message);
  void say(std::string news);
  void say_message(std::string text);

  // In viewer_page.cpp.
  boost::asio::awaitable<void> show_pages();
  boost::asio::awaitable<std::string> choose_page();
  boost::asio::awaitable<bool> show_page(std::string page);
  boost::asio::awaitable<void> serve(bridge::LiveView& view);
  boost::asio::awaitable<void> pump(bridge::LiveView& view);
  boost::asio::awaitable<void> tell_pages();
  void pace();
  [[nodiscard]] std::string waiting_text() const;
  [[nodiscard]] const bridge::SitePage* site_page(std::string_view id) const;
  void offer(const std::vector<bridge::PageSummary>& pages);

  boost::asio::any_io_executor executor_;
  Parts parts_;
  http::WebSocket& socket_;
  Outbox outbox_;
  base::TaskGroup tasks_;
  base::Condition ended_changed_;
  std::optional<Ending> ending_;
  TimePoint last_input_;

  /// The page that the command named; empty for the daemon's own.
  std::string named_;
  /// Pages that the person has been told of.
  std::unordered_set<std::string> offered_;
  /// The page that the person wants to see, and has not seen yet; empty for the daemon's own.
  std::optional<std::string> wanted_;
  base::Condition page_changed_;
  /// Of the page that is shown.
  bridge::LiveView* view_ = nullptr;
  /// A new page gets the size of the same screen.
  std::optional<bridge::live_input::Screen> screen_;
  bool is_list_wanted_ = false;
  base::Condition list_wanted_;
};

}  // namespace lmbridge::live
