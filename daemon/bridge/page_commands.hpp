// Carries out an operator's commands in one page, with the events that a person's hands would make.
// Which pages there are, and opening and closing them: page_list.hpp.
#pragma once

#include "base/condition.hpp"
#include "base/log.hpp"
#include "bridge/page_command.hpp"
#include "cdp/browser.hpp"
#include "cdp/page.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::bridge {

/// What a command has to show; empty where it only does something.
struct PageReply {
  std::string content;
  /// "text/plain", "text/html", "application/json", "image/png".
  std::string content_type;
};

/// I/O thread only; one command at a time. The page may be the one that the daemon works in: this
/// is a session beside its own, and ends with the object. Dialogs of the page are answered while it
/// lives: an alert and leaving a page are agreed to, a question is not.
class PageCommands final : private cdp::PageObserver {
 public:
  /// `target_id` is a PageSummary::id. The browser is held so that its connection stays, ended
  /// perhaps, for as long as commands are under way.
  static boost::asio::awaitable<Result<std::unique_ptr<PageCommands>>> open(
      boost::asio::any_io_executor executor, std::shared_ptr<cdp::Browser> browser,
      std::string target_id, cdp::Duration timeout, base::Log& log);

  /// For open().
  PageCommands(const boost::asio::any_io_executor& executor, std::shared_ptr<cdp::Browser> browser,
               base::Log& log);
  ~PageCommands() override;

  /// Waits for the page to be ready for the command, `timeout` at most for all of it. Errors:
  /// invalid_request for what can't work, timed_out with what stood in the way, page_gone when the
  /// page was closed or crashed, page_unreachable.
  boost::asio::awaitable<Result<PageReply>> run(PageCommand command, cdp::Duration timeout);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Reply = Result<PageReply>;

  boost::asio::awaitable<Reply> perform(page_command::Goto command);
  boost::asio::awaitable<Reply> perform(page_command::Reload command);
  boost::asio::awaitable<Reply> perform(page_command::Click command);
  boost::asio::awaitable<Reply> perform(page_command::Type command);
  boost::asio::awaitable<Reply> perform(page_command::Press command);
  boost::asio::awaitable<Reply> perform(page_command::Wait command);
  boost::asio::awaitable<Reply> perform(page_command::Text command);
  boost::asio::awaitable<Reply> perform(page_command::Html command);
  boost::asio::awaitable<Reply> perform(page_command::Screenshot command);
  boost::asio::awaitable<Reply> perform(page_command::Eval command);

  enum class Answer { at_once, later };
  boost::asio::awaitable<Result<std::string>> ask_page(std::string function,
                                                       std::vector<std::string> arguments,
                                                       Answer answer);
  boost::asio::awaitable<Result<boost::json::object>> wait_in_page(
      std::string function, std::vector<std::string> arguments);
  boost::asio::awaitable<Result<boost::json::object>> find(const ElementTarget& target,
                                                           std::string_view purpose);
  boost::asio::awaitable<Reply> read(ElementTarget target, std::string kind, std::string type);
  boost::asio::awaitable<Result<void>> click_at(double x, double y);
  boost::asio::awaitable<Result<void>> press(std::string key);
  boost::asio::awaitable<Reply> wait_for_new_document(std::uint64_t before);
  boost::asio::awaitable<Result<void>> wait_for_world();
  template <class Command>
  boost::asio::awaitable<Result<typename Command::Reply>> send(Command command) {
    return page_->command(std::move(command), left());
  }
  [[nodiscard]] cdp::Duration left() const;
  [[nodiscard]] Error timed_out(std::string what) const;

  void on_binding(std::string_view payload) override;
  void on_world_gone() override;
  void on_world_created() override;
  void on_crashed() override;
  void on_closed() override;
  bool on_other_event(std::string_view method, const cdp::Fields& params) override;
  void on_connection_ended() override;
  void end(std::string_view why);

  std::shared_ptr<cdp::Browser> browser_;
  base::Log& log_;
  std::unique_ptr<cdp::Page> page_;
  base::Condition changed_;
  /// Worlds that have been, and the present one.
  std::uint64_t worlds_ = 0;
  /// Why nothing can be done in the page any more.
  std::string ended_;
  /// Of the command that runs.
  TimePoint deadline_;
  cdp::Duration timeout_{};
};

}  // namespace lmbridge::bridge
