#include "bridge/live_view.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// For commands that a healthy page answers within milliseconds.
constexpr auto command_timeout = 10s;
/// News are small and few; a viewer that does not read them has gone.
constexpr std::size_t most_news = 64;

}  // namespace

awaitable<Result<std::unique_ptr<LiveView>>> LiveView::open(boost::asio::any_io_executor executor,
                                                            std::shared_ptr<cdp::Browser> browser,
                                                            std::string target_id,
                                                            LiveViewOptions options,
                                                            cdp::Duration timeout, base::Log& log) {
  auto view =
      std::make_unique<LiveView>(executor, std::move(browser), std::move(target_id), options, log);
  if (const auto started = co_await view->start(timeout); !started) {
    co_return std::unexpected(started.error());
  }
  co_return view;
}

LiveView::LiveView(const boost::asio::any_io_executor& executor,
                   std::shared_ptr<cdp::Browser> browser, std::string target_id,
                   LiveViewOptions options, base::Log& log)
    : browser_(std::move(browser)),
      target_id_(std::move(target_id)),
      options_(options),
      log_(log),
      tasks_(executor, log),
      pictures_(options),
      output_changed_(executor),
      input_changed_(executor),
      pictures_changed_(executor),
      address_changed_(executor),
      ended_changed_(executor) {}

LiveView::~LiveView() {
  // The page would stand still for ever.
  if (is_dialog_open_) answer_dialog({.accept = false});
}

awaitable<Result<void>> LiveView::start(cdp::Duration timeout) {
  auto attached = co_await cdp::Session::attach(browser_->connection(), target_id_, *this, timeout);
  if (!attached) co_return std::unexpected(std::move(attached).error());
  session_ = *std::move(attached);
  session_->post(cdp::page::Enable{});
  session_->post(cdp::inspector::Enable{});
  session_->post(cdp::page::BringToFront{});
  session_->post(cdp::page::SetInterceptFileChooserDialog{});
  // The browser handles a session's commands in order: only the last reply is worth waiting for.
  const auto started =
      co_await session_->call(cdp::page::StartScreencast{.quality = options_.quality,
                                                         .max_width = options_.max_width,
                                                         .max_height = options_.max_height},
                              timeout);
  if (!started) co_return std::unexpected(started.error());
  pictures_.start(steady_clock::now());
  log_.info("a live view begins", {{"page", target_id_}});
  co_return Result<void>();
}

awaitable<void> LiveView::run() {
  co_await tasks_.enclose([this]() -> awaitable<void> {
    tasks_.spawn("input of a live view", [this] { return serve_input(); });
    tasks_.spawn("pictures of a live view", [this] { return serve_pictures(); });
    tasks_.spawn("address of a live view", [this] { return serve_address(); });
    while (!has_ended()) co_await ended_changed_.wait();
  }());
}

awaitable<std::optional<LiveOutput>> LiveView::next() {
  for (;;) {
    if (!news_.empty()) {
      auto output = std::move(news_.front());
      news_.pop_front();
      co_return output;
    }
    if (has_ended()) co_return std::nullopt;
    auto frame = is_holding_ ? std::nullopt : pictures_.take(steady_clock::now());
    if (frame) {
      pictures_changed_.notify();
      co_return *std::move(frame);
    }
    co_await output_changed_.wait();
  }
}

void LiveView::hold_pictures(bool held) {
  if (std::exchange(is_holding_, held) == held) return;
  output_changed_.notify();
}

awaitable<void> LiveView::serve_pictures() {
  for (;;) {
    const auto now = steady_clock::now();
    if (const auto number = pictures_.acknowledge(now)) {
      session_->post(cdp::page::ScreencastFrameAck{.number = *number});
    }
    // A page that waits for an answer can't be asked for a picture.
    if (!is_dialog_open_ && pictures_.wants_sharp(now)) {
      co_await take_sharp_picture();
      continue;
    }
    co_await pictures_changed_.wait_until(is_dialog_open_ ? now + command_timeout
                                                          : pictures_.next_look());
  }
}

awaitable<void> LiveView::take_sharp_picture() {
  const auto captured = co_await session_->call(
      cdp::page::CaptureScreenshot{.format = "jpeg", .quality = options_.sharp_quality},
      command_timeout);
  if (!captured) {
    log_.debug("a live view gets no sharp picture", {{"reason", captured.error().message}});
    co_return;
  }
  if (viewport_.width <= 0) {
    // The browser has not told how large the page is.
    pictures_.start(steady_clock::now());
    co_return;
  }
  const auto& size = screen_.width > 0 ? screen_ : viewport_;
  pictures_.add_sharp(
      {.jpeg = base::base64_decoded(captured->data), .width = size.width, .height = size.height});
  output_changed_.notify();
}

awaitable<void> LiveView::serve_address() {
  for (;;) {
    while (!is_address_old_) co_await address_changed_.wait();
    is_address_old_ = false;
    const auto history =
        co_await session_->call(cdp::page::GetNavigationHistory{}, command_timeout);
    if (!history) continue;
    const auto& entries = history->entries;
    const auto at = static_cast<std::size_t>(std::max<std::int64_t>(history->current_index, 0));
    if (at >= entries.size()) continue;
    say(LiveAddress{.url = entries[at].url,
                    .title = entries[at].title,
                    .can_go_back = at > 0,
                    .can_go_forward = at + 1 < entries.size()});
  }
}

void LiveView::say(LiveOutput output) {
  const bool replaces = std::holds_alternative<LiveAddress>(output) && !news_.empty() &&
                        std::holds_alternative<LiveAddress>(news_.back());
  if (replaces) news_.pop_back();
  if (news_.size() >= most_news) {
    end("the viewer does not read what it is told");
    return;
  }
  news_.push_back(std::move(output));
  output_changed_.notify();
}

void LiveView::end(std::string_view why) {
  if (has_ended()) return;
  ending_ = why;
  log_.info("a live view ends", {{"page", target_id_}, {"reason", why}});
  output_changed_.notify();
  ended_changed_.notify();
}

bool LiveView::on_event(std::string_view method, const cdp::Fields& params) {
  if (method == cdp::page::ScreencastFrame::method) {
    const auto frame = cdp::page::ScreencastFrame::read(params);
    viewport_ = {.width = frame.device_width, .height = frame.device_height};
    pictures_.add({.jpeg = base::base64_decoded(frame.data),
                   .width = frame.device_width,
                   .height = frame.device_height},
                  frame.number, steady_clock::now());
    output_changed_.notify();
    pictures_changed_.notify();
    return true;
  }
  if (method == cdp::inspector::TargetCrashed::method) {
    browser_->connection().fail_session(
        session_->id(),
        Error{.code = ErrorCode::page_gone, .message = "the page's renderer crashed"});
    say(LiveMessage{"The page has crashed and is being loaded again."});
    return true;
  }
  if (method == cdp::target::DetachedFromTarget::method) {
    end("the page was closed");
    return true;
  }
  return on_page_event(method, params);
}

bool LiveView::on_page_event(std::string_view method, const cdp::Fields& params) {
  if (method == cdp::page::JavascriptDialogOpening::method) {
    const auto dialog = cdp::page::JavascriptDialogOpening::read(params);
    is_dialog_open_ = true;
    say(LiveDialog{.type = std::string(dialog.type),
                   .message = std::string(dialog.message),
                   .default_text = std::string(dialog.default_prompt)});
    return true;
  }
  if (method == cdp::page::JavascriptDialogClosed::method) {
    is_dialog_open_ = false;
    say(LiveDialogClosed{});
    input_changed_.notify();
    pictures_changed_.notify();
    return true;
  }
  if (method == cdp::page::FileChooserOpened::method) {
    say(
        LiveMessage{"The page asks for a file. Files can't be chosen here, so it was told that "
                    "none was."});
    return true;
  }
  if (method == cdp::page::WindowOpen::method) {
    say(LiveMessage{
        fmt::format("The page has opened another page, {}: look for it among the pages.",
                    base::excerpt(cdp::page::WindowOpen::read(params).url, 200))});
    return true;
  }
  const bool moved = (method == cdp::page::FrameNavigated::method &&
                      cdp::page::FrameNavigated::read(params).parent_id.empty()) ||
                     (method == cdp::page::NavigatedWithinDocument::method &&
                      cdp::page::NavigatedWithinDocument::read(params).frame_id == target_id_) ||
                     (method == cdp::page::FrameStoppedLoading::method &&
                      cdp::page::FrameStoppedLoading::read(params).frame_id == target_id_) ||
                     method == cdp::page::LoadEventFired::method;
  if (!moved) return false;
  is_address_old_ = true;
  address_changed_.notify();
  if (method == cdp::page::NavigatedWithinDocument::method) return true;
  // The first pictures of a document get lost at times.
  pictures_.start(steady_clock::now());
  pictures_changed_.notify();
  return true;
}

void LiveView::on_connection_ended() {
  end("the browser is gone");
}

}  // namespace lmbridge::bridge
