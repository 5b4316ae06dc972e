// What the person who looks does to the page.
#include "bridge/live_view.hpp"
#include "bridge/page_address.hpp"

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;
using namespace std::chrono_literals;

namespace {

constexpr auto command_timeout = 10s;
/// Until a document is committed.
constexpr auto navigation_timeout = 30s;
/// Of what the page has not taken yet.
constexpr std::size_t most_input = 256;
/// Bytes of one paste.
constexpr std::size_t longest_text = 1024UL * 1024;

std::string_view type_of(live_input::MouseAction action) {
  switch (action) {
    case live_input::MouseAction::move:
      return "mouseMoved";
    case live_input::MouseAction::press:
      return "mousePressed";
    case live_input::MouseAction::release:
      return "mouseReleased";
  }
  std::unreachable();
}

std::string_view type_of(live_input::TouchAction action) {
  switch (action) {
    case live_input::TouchAction::start:
      return "touchStart";
    case live_input::TouchAction::move:
      return "touchMove";
    case live_input::TouchAction::end:
      return "touchEnd";
    case live_input::TouchAction::cancel:
      return "touchCancel";
  }
  std::unreachable();
}

/// Two movements in a row are one.
bool replaces(const LiveInput& before, const LiveInput& after) {
  const auto* old_mouse = std::get_if<live_input::Mouse>(&before);
  const auto* new_mouse = std::get_if<live_input::Mouse>(&after);
  if (old_mouse != nullptr && new_mouse != nullptr) {
    return old_mouse->action == live_input::MouseAction::move &&
           new_mouse->action == live_input::MouseAction::move &&
           old_mouse->buttons == new_mouse->buttons;
  }
  const auto* old_touch = std::get_if<live_input::Touch>(&before);
  const auto* new_touch = std::get_if<live_input::Touch>(&after);
  return old_touch != nullptr && new_touch != nullptr &&
         old_touch->action == live_input::TouchAction::move &&
         new_touch->action == live_input::TouchAction::move &&
         old_touch->points.size() == new_touch->points.size();
}

}  // namespace

bool LiveView::send(LiveInput input) {
  if (has_ended()) return false;
  // It waits for nothing: all else waits for it.
  if (const auto* answer = std::get_if<live_input::AnswerDialog>(&input)) {
    answer_dialog(*answer);
    return true;
  }
  const auto* text = std::get_if<live_input::Text>(&input);
  if (text != nullptr && text->text.size() > longest_text) return false;
  if (!input_.empty() && replaces(input_.back(), input)) {
    input_.back() = std::move(input);
    return true;
  }
  if (input_.size() >= most_input) return false;
  input_.push_back(std::move(input));
  input_changed_.notify();
  return true;
}

awaitable<void> LiveView::serve_input() {
  for (;;) {
    while (input_.empty() || is_dialog_open_) co_await input_changed_.wait();
    auto input = std::move(input_.front());
    input_.pop_front();
    const auto done =
        co_await std::visit([this](auto& each) { return perform(std::move(each)); }, input);
    if (done) continue;
    log_.debug("input of a live view failed", {{"reason", describe_chain(done.error())}});
    const bool is_for_the_viewer = done.error().code == ErrorCode::invalid_request ||
                                   done.error().code == ErrorCode::page_unreachable;
    if (is_for_the_viewer) say(LiveMessage{done.error().message});
  }
}

template <class Command>
awaitable<Result<void>> LiveView::dispatch(Command command) {
  const auto done = co_await session_->call(std::move(command), command_timeout);
  if (!done) co_return std::unexpected(done.error());
  co_return Result<void>();
}

awaitable<Result<void>> LiveView::perform(live_input::Mouse input) {
  return dispatch(cdp::input::DispatchMouseEvent{.type = std::string(type_of(input.action)),
                                                 .x = input.x,
                                                 .y = input.y,
                                                 .modifiers = input.modifiers,
                                                 .button = std::move(input.button),
                                                 .buttons = input.buttons,
                                                 .click_count = input.click_count});
}

awaitable<Result<void>> LiveView::perform(live_input::Wheel input) {
  return dispatch(cdp::input::DispatchMouseEvent{.type = "mouseWheel",
                                                 .x = input.x,
                                                 .y = input.y,
                                                 .modifiers = input.modifiers,
                                                 .delta_x = input.delta_x,
                                                 .delta_y = input.delta_y});
}

awaitable<Result<void>> LiveView::perform(const live_input::Touch& input) {
  cdp::input::DispatchTouchEvent event{
      .type = std::string(type_of(input.action)), .points = {}, .modifiers = input.modifiers};
  for (const auto& point : input.points) {
    event.points.push_back({.x = point.x, .y = point.y, .id = point.id});
  }
  return dispatch(std::move(event));
}

awaitable<Result<void>> LiveView::perform(live_input::Key input) {
  const auto* type = !input.is_down ? "keyUp" : input.text.empty() ? "rawKeyDown" : "keyDown";
  return dispatch(
      cdp::input::DispatchKeyEvent{.type = type,
                                   .modifiers = input.modifiers,
                                   .key = std::move(input.key),
                                   .code = std::move(input.code),
                                   .text = input.is_down ? std::move(input.text) : std::string(),
                                   .windows_virtual_key_code = input.key_code,
                                   .location = input.location,
                                   .auto_repeat = input.auto_repeat});
}

awaitable<Result<void>> LiveView::perform(live_input::Text input) {
  return dispatch(cdp::input::InsertText{.text = std::move(input.text)});
}

awaitable<Result<void>> LiveView::perform(live_input::Screen input) {
  session_->post(cdp::emulation::SetTouchEmulationEnabled{.enabled = input.touch});
  auto done = co_await dispatch(cdp::emulation::SetDeviceMetricsOverride{
      .width = input.width, .height = input.height, .device_scale_factor = input.scale});
  screen_ = viewport_ = {.width = static_cast<double>(input.width),
                         .height = static_cast<double>(input.height)};
  // The first pictures of a new size get lost at times, too.
  pictures_.start(std::chrono::steady_clock::now());
  pictures_changed_.notify();
  co_return done;
}

awaitable<Result<void>> LiveView::perform(live_input::Navigate input) {
  auto address = page_address(input.address);
  if (!address) co_return std::unexpected(std::move(address).error());
  const auto navigated =
      co_await session_->call(cdp::page::Navigate{.url = *address}, navigation_timeout);
  if (!navigated) co_return std::unexpected(navigated.error());
  if (navigated->error_text.empty()) co_return Result<void>();
  co_return fail(ErrorCode::page_unreachable,
                 *address + " could not be loaded: " + navigated->error_text);
}

awaitable<Result<void>> LiveView::perform(live_input::Back) {
  return go(-1);
}

awaitable<Result<void>> LiveView::perform(live_input::Forward) {
  return go(1);
}

awaitable<Result<void>> LiveView::go(int places) {
  const auto history = co_await session_->call(cdp::page::GetNavigationHistory{}, command_timeout);
  if (!history) co_return std::unexpected(history.error());
  const auto at = history->current_index + places;
  if (at < 0 || at >= static_cast<std::int64_t>(history->entries.size())) co_return Result<void>();
  const auto& entry = history->entries[static_cast<std::size_t>(at)];
  co_return co_await dispatch(cdp::page::NavigateToHistoryEntry{.entry_id = entry.id});
}

awaitable<Result<void>> LiveView::perform(live_input::Reload) {
  return dispatch(cdp::page::Reload{});
}

awaitable<Result<void>> LiveView::perform(live_input::AnswerDialog input) {
  answer_dialog(input);
  co_return Result<void>();
}

void LiveView::answer_dialog(const live_input::AnswerDialog& answer) {
  if (!is_dialog_open_) return;
  session_->post(
      cdp::page::HandleJavaScriptDialog{.accept = answer.accept, .prompt_text = answer.text});
}

}  // namespace lmbridge::bridge
