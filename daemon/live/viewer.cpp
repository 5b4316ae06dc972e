#include "live/viewer.hpp"

#include "bridge/live_json.hpp"

#include <utility>

namespace lmbridge::live {
using boost::asio::awaitable;
using std::chrono::steady_clock;

Viewer::Viewer(boost::asio::any_io_executor executor, Parts parts, http::WebSocket& socket,
               std::string page)
    : executor_(std::move(executor)),
      parts_(parts),
      socket_(socket),
      outbox_(executor_),
      tasks_(executor_, parts.log),
      ended_changed_(executor_),
      last_input_(steady_clock::now()),
      named_(page),
      wanted_(std::move(page)),
      page_changed_(executor_),
      list_wanted_(executor_) {}

awaitable<Ending> Viewer::run(std::string welcome) {
  say(std::move(welcome));
  co_await tasks_.enclose([this]() -> awaitable<void> {
    tasks_.spawn("reading of a viewer", [this] { return read(); });
    tasks_.spawn("writing to a viewer", [this] { return write(); });
    tasks_.spawn("idleness of a viewer", [this] { return watch_idleness(); });
    tasks_.spawn("banner of a viewer", [this] { return tell_what_is_waited_for(); });
    tasks_.spawn("pages of a viewer", [this] { return show_pages(); });
    tasks_.spawn("page list of a viewer", [this] { return tell_pages(); });
    while (!ending_) co_await ended_changed_.wait();
    // Before the reading is cancelled: a read that is cut short leaves no way to say goodbye.
    if (ending_->code != 0) co_await socket_.close(ending_->code, ending_->reason);
  }());
  co_return *ending_;
}

void Viewer::end(const Ending& ending) {
  if (ending_) return;
  ending_ = ending;
  ended_changed_.notify();
}

awaitable<void> Viewer::read() {
  for (;;) {
    auto message = co_await socket_.read();
    if (!message) {
      const bool is_gone = message.error().code == ErrorCode::cancelled;
      // The other errors have been told already, by codes of their own.
      end(is_gone ? endings::left : Ending{.reason = endings::refused.reason});
      co_return;
    }
    auto parsed = parse_viewer_message(message->data);
    if (!message->is_text || !parsed) {
      parts_.log.info("a message of a viewer was refused",
                      {{"reason", parsed ? "it is no text" : parsed.error().message}});
      end(endings::refused);
      co_return;
    }
    take(*std::move(parsed));
  }
}

void Viewer::take(ViewerMessage message) {
  if (std::holds_alternative<Shown>(message)) {
    outbox_.note_shown();
    pace();
    return;
  }
  if (std::holds_alternative<AskForPages>(message)) {
    is_list_wanted_ = true;
    list_wanted_.notify();
    return;
  }
  last_input_ = steady_clock::now();
  if (auto* page = std::get_if<ShowPage>(&message)) {
    if (!parts_.bridge.browser_address().empty() && !offered_.contains(page->id)) {
      say_message("That page is not one of the daemon's.");
      return;
    }
    wanted_ = std::move(page->id);
    page_changed_.notify();
    return;
  }
  auto& input = std::get<bridge::LiveInput>(message);
  if (const auto* screen = std::get_if<bridge::live_input::Screen>(&input)) screen_ = *screen;
  if (view_ != nullptr && !view_->send(std::move(input))) {
    say_message("That was too much at once for the page; some of it was lost.");
  }
}

awaitable<void> Viewer::write() {
  for (;;) {
    auto item = co_await outbox_.next();
    Result<void> written;
    if (auto* news = std::get_if<std::string>(&item)) {
      written = co_await socket_.write_text(*news);
    } else {
      pace();
      const bridge::LiveOutput picture = std::get<bridge::LiveFrame>(std::move(item));
      written = co_await socket_.write_text(bridge::live_json(picture));
      if (written) {
        written = co_await socket_.write_bytes(std::get<bridge::LiveFrame>(picture).jpeg);
      }
    }
    if (!written) {
      end(endings::left);
      co_return;
    }
  }
}

void Viewer::say(std::string news) {
  if (!outbox_.say(std::move(news))) end(endings::left);
}

void Viewer::say_message(std::string text) {
  say(bridge::live_json(bridge::LiveMessage{.text = std::move(text)}));
}

awaitable<void> Viewer::watch_idleness() {
  base::Condition never(executor_);
  for (;;) {
    const auto limit = last_input_ + parts_.idle_limit;
    if (steady_clock::now() >= limit) break;
    co_await never.wait_until(limit);
  }
  end(endings::idle);
}

}  // namespace lmbridge::live
