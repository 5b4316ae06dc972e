// The commands that do something to an element or look at one.
#include "base/base64.hpp"
#include "base/text.hpp"
#include "bridge/keyboard.hpp"
#include "bridge/page_commands.hpp"
#include "cdp/protocol_input.hpp"
#include "cdp/protocol_page.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::bridge {
namespace json = boost::json;
using boost::asio::awaitable;

namespace {

/// The browser refuses to tell of what has gone with its document.
Error lost_program(const Error& error) {
  if (error.code != ErrorCode::internal) return error;
  return fail(ErrorCode::page_gone, "the page was loaded anew while the program ran", error)
      .error();
}

/// A promise is awaited. The first letter tells a text, which is shown as it is, from JSON.
constexpr std::string_view describe_value =
    "async function(){const value=await this;"
    "if(typeof value==='string')return 't'+value.toWellFormed();"
    "return 'j'+(JSON.stringify(value)??String(value))}";

double number(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

}  // namespace

awaitable<Result<PageReply>> PageCommands::perform(page_command::Click command) {
  const auto found = co_await find(command.target, "clicked");
  if (!found) co_return std::unexpected(found.error());
  const auto clicked = co_await click_at(number(*found, "x"), number(*found, "y"));
  if (!clicked) co_return std::unexpected(clicked.error());
  co_return PageReply{};
}

awaitable<Result<void>> PageCommands::click_at(double x, double y) {
  cdp::input::DispatchMouseEvent event{.type = "mouseMoved", .x = x, .y = y};
  if (const auto moved = co_await send(event); !moved) co_return std::unexpected(moved.error());
  event.type = "mousePressed";
  event.button = "left";
  event.buttons = 1;
  event.click_count = 1;
  if (const auto pressed = co_await send(event); !pressed) {
    co_return std::unexpected(pressed.error());
  }
  event.type = "mouseReleased";
  event.buttons = 0;
  // Its reply may never come: what has been clicked may lead to another page, or close this one.
  const auto released = co_await send(event);
  const bool has_left = !released && (released.error().code == ErrorCode::page_gone ||
                                      released.error().code == ErrorCode::internal);
  if (!released && !has_left) co_return std::unexpected(released.error());
  co_return Result<void>();
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Type command) {
  const auto found = co_await find(command.target, "typed");
  if (!found) co_return std::unexpected(found.error());
  if (const auto clicked = co_await click_at(number(*found, "x"), number(*found, "y")); !clicked) {
    co_return std::unexpected(clicked.error());
  }
  const auto focused = co_await ask_page("isFocused", {}, Answer::at_once);
  if (!focused) co_return std::unexpected(focused.error());
  if (*focused != "true") {
    co_return fail(ErrorCode::timed_out, "the element did not take the focus when it was clicked");
  }
  if (command.replaces) {
    for (const auto* key : {"Control+a", "Backspace"}) {
      if (const auto pressed = co_await press(key); !pressed) {
        co_return std::unexpected(pressed.error());
      }
    }
  }
  const auto typed = co_await send(cdp::input::InsertText{.text = std::move(command.text)});
  if (!typed) co_return std::unexpected(typed.error());
  co_return PageReply{};
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Press command) {
  const auto pressed = co_await press(std::move(command.key));
  if (!pressed) co_return std::unexpected(pressed.error());
  co_return PageReply{};
}

awaitable<Result<void>> PageCommands::press(std::string key) {
  const auto events = key_events(key);
  if (!events) co_return std::unexpected(events.error());
  for (const auto& event : *events) {
    const auto sent = co_await send(event);
    if (!sent) co_return std::unexpected(sent.error());
  }
  co_return Result<void>();
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Text command) {
  return read(std::move(command.target), "text", "text/plain");
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Html command) {
  return read(std::move(command.target), "html", "text/html");
}

awaitable<Result<PageReply>> PageCommands::read(ElementTarget target, std::string kind,
                                                std::string type) {
  const bool of_element = target.is_set();
  if (of_element) {
    if (const auto found = co_await find(target, "seen"); !found) {
      co_return std::unexpected(found.error());
    }
  }
  auto text = co_await ask_page(
      "read", {fmt::format("\"{}\"", kind), fmt::format("{}", of_element)}, Answer::at_once);
  if (!text) co_return std::unexpected(std::move(text).error());
  co_return PageReply{.content = *std::move(text), .content_type = std::move(type)};
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Screenshot command) {
  cdp::page::CaptureScreenshot capture;
  if (command.target.is_set()) {
    if (const auto found = co_await find(command.target, "seen"); !found) {
      co_return std::unexpected(found.error());
    }
    const auto box = co_await wait_in_page("box", {});
    if (!box) co_return std::unexpected(box.error());
    capture.x = number(*box, "x");
    capture.y = number(*box, "y");
    capture.width = number(*box, "width");
    capture.height = number(*box, "height");
  } else if (command.whole_page) {
    const auto metrics = co_await send(cdp::page::GetLayoutMetrics{});
    if (!metrics) co_return std::unexpected(metrics.error());
    capture.width = metrics->content_width;
    capture.height = metrics->content_height;
  }
  const auto captured = co_await send(std::move(capture));
  if (!captured) co_return std::unexpected(captured.error());
  co_return PageReply{.content = base::base64_decoded(captured->data), .content_type = "image/png"};
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Eval command) {
  const auto evaluated =
      co_await send(cdp::runtime::Evaluate{.expression = std::move(command.expression)});
  if (!evaluated) co_return std::unexpected(lost_program(evaluated.error()));
  if (!evaluated->exception.empty()) {
    co_return fail(ErrorCode::invalid_request, "the program failed: " + evaluated->exception);
  }
  if (evaluated->object_id.empty()) {
    // Of a text its value is the text itself.
    co_return PageReply{.content = evaluated->value, .content_type = "text/plain"};
  }
  const auto described = co_await send(
      cdp::runtime::CallFunctionOn{.function_declaration = std::string(describe_value),
                                   .object_id = evaluated->object_id,
                                   .await_promise = true});
  page_->post_command(cdp::runtime::ReleaseObject{.object_id = evaluated->object_id});
  if (!described) co_return std::unexpected(lost_program(described.error()));
  if (!described->exception.empty()) {
    co_return fail(ErrorCode::invalid_request, "the program failed: " + described->exception);
  }
  const bool is_text = described->value.starts_with('t');
  co_return PageReply{.content = described->value.substr(1),
                      .content_type = is_text ? "text/plain" : "application/json"};
}

}  // namespace lmbridge::bridge
