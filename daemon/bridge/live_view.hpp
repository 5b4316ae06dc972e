// Shows one page to a person elsewhere and lets that person use it: pictures and news out, input
// in. Who may look, and by which protocol, is the caller's to say.
#pragma once

#include "base/condition.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "bridge/live_events.hpp"
#include "bridge/live_pictures.hpp"
#include "cdp/browser.hpp"
#include "cdp/protocol_input.hpp"
#include "cdp/protocol_page.hpp"
#include "cdp/session.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace lmbridge::bridge {

/// I/O thread only. Made by open(), served by run(), read by next(); one of each at a time. The
/// page is told that file dialogs were cancelled; its other dialogs wait for an answer, and are
/// refused when this object goes.
class LiveView final : private cdp::EventSink {
 public:
  /// `target_id` is a PageSummary::id. The browser is held so that its connection stays, ended
  /// perhaps.
  static boost::asio::awaitable<Result<std::unique_ptr<LiveView>>> open(
      boost::asio::any_io_executor executor, std::shared_ptr<cdp::Browser> browser,
      std::string target_id, LiveViewOptions options, cdp::Duration timeout, base::Log& log);

  /// For open().
  LiveView(const boost::asio::any_io_executor& executor, std::shared_ptr<cdp::Browser> browser,
           std::string target_id, LiveViewOptions options, base::Log& log);
  ~LiveView() override;

  /// Until close(), the end of the page or of the browser, or cancellation.
  boost::asio::awaitable<void> run();

  /// What is to be shown next: news first, then the newest picture. The page draws no faster than
  /// this is asked. Nothing once it has ended.
  boost::asio::awaitable<std::optional<LiveOutput>> next();

  /// While held, next() gives news only: the person has not seen the last pictures yet.
  void hold_pictures(bool held);

  /// Takes what the person did, in order. False, and it is lost, when there is too much of it that
  /// the page has not taken yet, or when it has ended.
  bool send(LiveInput input);

  /// run() and next() end.
  void close() { end("the view was closed"); }

  /// Why it ended; empty while it has not.
  [[nodiscard]] const std::string& ending() const { return ending_; }

 private:
  boost::asio::awaitable<Result<void>> start(cdp::Duration timeout);
  boost::asio::awaitable<void> serve_input();
  boost::asio::awaitable<void> serve_pictures();
  boost::asio::awaitable<void> serve_address();
  boost::asio::awaitable<void> take_sharp_picture();

  boost::asio::awaitable<Result<void>> perform(live_input::Mouse input);
  boost::asio::awaitable<Result<void>> perform(live_input::Wheel input);
  boost::asio::awaitable<Result<void>> perform(const live_input::Touch& input);
  boost::asio::awaitable<Result<void>> perform(live_input::Key input);
  boost::asio::awaitable<Result<void>> perform(live_input::Text input);
  boost::asio::awaitable<Result<void>> perform(live_input::Screen input);
  boost::asio::awaitable<Result<void>> perform(live_input::Navigate input);
  boost::asio::awaitable<Result<void>> perform(live_input::Back input);
  boost::asio::awaitable<Result<void>> perform(live_input::Forward input);
  boost::asio::awaitable<Result<void>> perform(live_input::Reload input);
  boost::asio::awaitable<Result<void>> perform(live_input::AnswerDialog input);
  boost::asio::awaitable<Result<void>> go(int places);
  template <class Command>
  boost::asio::awaitable<Result<void>> dispatch(Command command);

  void say(LiveOutput output);
  void answer_dialog(const live_input::AnswerDialog& answer);
  void end(std::string_view why);
  [[nodiscard]] bool has_ended() const { return !ending_.empty(); }

  bool on_event(std::string_view method, const cdp::Fields& params) override;
  bool on_page_event(std::string_view method, const cdp::Fields& params);
  void on_connection_ended() override;

  std::shared_ptr<cdp::Browser> browser_;
  std::string target_id_;
  LiveViewOptions options_;
  base::Log& log_;
  base::TaskGroup tasks_;
  std::unique_ptr<cdp::Session> session_;

  /// In CSS pixels.
  struct Size {
    double width = 0;
    double height = 0;
  };
  /// Of the last picture.
  Size viewport_;
  /// What the page was told that it is shown on, if it was: a picture from before may still come.
  Size screen_;
  LivePictures pictures_;
  std::deque<LiveOutput> news_;
  std::deque<LiveInput> input_;
  base::Condition output_changed_;
  base::Condition input_changed_;
  base::Condition pictures_changed_;
  base::Condition address_changed_;
  base::Condition ended_changed_;
  bool is_address_old_ = true;
  bool is_holding_ = false;
  bool is_dialog_open_ = false;
  std::string ending_;
};

}  // namespace lmbridge::bridge
