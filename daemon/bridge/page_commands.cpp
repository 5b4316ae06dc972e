#include "bridge/page_commands.hpp"

#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "bridge/page_address.hpp"
#include "bridge_js/script.hpp"
#include "cdp/protocol_page.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
namespace json = boost::json;
using boost::asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// Behind the deadline of a command: what waits in the page has more to say than that time is up.
constexpr auto grace = 2s;

milliseconds in_milliseconds(cdp::Duration duration) {
  return std::chrono::duration_cast<milliseconds>(duration);
}

std::string json_text(std::string_view text) {
  std::string quoted;
  base::append_json_string(quoted, text);
  return quoted;
}

std::string json_text(const ElementTarget& target) {
  json::object object;
  if (!target.selector.empty()) object["selector"] = target.selector;
  if (!target.text.empty()) object["text"] = target.text;
  if (target.nth > 0) object["nth"] = target.nth;
  return json::serialize(object);
}

}  // namespace

awaitable<Result<std::unique_ptr<PageCommands>>> PageCommands::open(
    boost::asio::any_io_executor executor, std::shared_ptr<cdp::Browser> browser,
    std::string target_id, cdp::Duration timeout, base::Log& log) {
  auto commands = std::make_unique<PageCommands>(executor, browser, log);
  auto page = co_await cdp::Page::join(browser->connection(), std::move(target_id),
                                       {.name = std::string(bridge_js::operator_world),
                                        .binding = {},
                                        .script = std::string(bridge_js::operator_script)},
                                       *commands, timeout);
  if (!page) co_return std::unexpected(std::move(page).error());
  commands->page_ = *std::move(page);
  co_return commands;
}

PageCommands::PageCommands(const boost::asio::any_io_executor& executor,
                           std::shared_ptr<cdp::Browser> browser, base::Log& log)
    : browser_(std::move(browser)), log_(log), changed_(executor) {}

PageCommands::~PageCommands() = default;

awaitable<Result<PageReply>> PageCommands::run(PageCommand command, cdp::Duration timeout) {
  timeout_ = timeout;
  deadline_ = steady_clock::now() + timeout;
  auto reply =
      co_await std::visit([this](auto& each) { return perform(std::move(each)); }, command);
  if (!reply && !ended_.empty()) co_return fail(ErrorCode::page_gone, ended_, reply.error());
  co_return reply;
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Goto command) {
  auto resolved = co_await ask_page("resolve", {json_text(command.url)}, Answer::at_once);
  if (!resolved) co_return std::unexpected(std::move(resolved).error());
  auto address = page_address(*resolved);
  if (!address) co_return std::unexpected(std::move(address).error());
  const auto before = worlds_;
  const auto navigated = co_await send(cdp::page::Navigate{.url = *address});
  if (!navigated) co_return std::unexpected(navigated.error());
  if (!navigated->error_text.empty()) {
    co_return fail(ErrorCode::page_unreachable,
                   fmt::format("{} could not be loaded: {}", *address, navigated->error_text));
  }
  // Another place in the same document.
  if (navigated->loader_id.empty()) co_return PageReply{};
  co_return co_await wait_for_new_document(before);
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Reload) {
  const auto before = worlds_;
  const auto reloaded = co_await send(cdp::page::Reload{});
  if (!reloaded) co_return std::unexpected(reloaded.error());
  co_return co_await wait_for_new_document(before);
}

awaitable<Result<PageReply>> PageCommands::wait_for_new_document(std::uint64_t before) {
  while (worlds_ == before) {
    if (!ended_.empty() || left() <= 0s) co_return std::unexpected(timed_out("no document came"));
    co_await changed_.wait_until(deadline_);
  }
  const auto loaded = co_await wait_in_page("loaded", {});
  if (!loaded) co_return std::unexpected(loaded.error());
  co_return PageReply{};
}

awaitable<Result<PageReply>> PageCommands::perform(page_command::Wait command) {
  const auto& target = command.target;
  const bool is_awaited = command.state == page_command::Awaited::visible;
  Result<json::object> waited;
  if (!target.is_set()) {
    waited = co_await wait_in_page("at", {json_text(command.url)});
  } else if (is_awaited) {
    waited = co_await find(target, "seen");
  } else {
    waited = co_await wait_in_page("gone", {json_text(target)});
  }
  if (!waited) co_return std::unexpected(std::move(waited).error());
  co_return PageReply{};
}

/// `purpose` is one of those in bridge_js/src/hand.js.
awaitable<Result<json::object>> PageCommands::find(const ElementTarget& target,
                                                   std::string_view purpose) {
  return wait_in_page("find", {json_text(target), json_text(purpose)});
}

/// Waits with a function of lmbridgeOperator that takes its limit last.
awaitable<Result<json::object>> PageCommands::wait_in_page(std::string function,
                                                           std::vector<std::string> arguments) {
  const auto text = co_await ask_page(std::move(function), std::move(arguments), Answer::later);
  if (!text) co_return std::unexpected(text.error());
  auto parsed = base::parse_strict_json(*text);
  if (!parsed || !parsed->is_object()) {
    co_return fail(ErrorCode::internal, "the page's script said something that makes no sense");
  }
  auto& object = parsed->get_object();
  const auto* problem = object.if_contains("problem");
  if (problem == nullptr || !problem->is_string()) co_return std::move(object);
  std::string what(problem->get_string());
  if (object.contains("isFinal")) co_return fail(ErrorCode::invalid_request, std::move(what));
  co_return std::unexpected(timed_out(std::move(what)));
}

/// Calls a function of lmbridgeOperator, once more wherever the page is loaded anew meanwhile.
awaitable<Result<std::string>> PageCommands::ask_page(std::string function,
                                                      std::vector<std::string> arguments,
                                                      Answer answer) {
  const auto declaration =
      fmt::format("function(...a){{return lmbridgeOperator.{}(...a)}}", function);
  for (;;) {
    if (const auto ready = co_await wait_for_world(); !ready) {
      co_return std::unexpected(ready.error());
    }
    auto given = arguments;
    Result<std::string> reply;
    if (answer == Answer::later) {
      given.push_back(fmt::format("{}", in_milliseconds(left()).count()));
      reply = co_await page_->call_and_await(declaration, std::move(given), left() + grace);
    } else {
      reply = co_await page_->call(declaration, std::move(given), left() + grace);
    }
    const bool was_lost = !reply && reply.error().code == ErrorCode::page_gone;
    if (!was_lost || !ended_.empty() || left() <= 0s) co_return reply;
  }
}

awaitable<Result<void>> PageCommands::wait_for_world() {
  while (!page_->has_world()) {
    if (!ended_.empty()) co_return fail(ErrorCode::page_gone, ended_);
    if (left() <= 0s) co_return std::unexpected(timed_out("the page is being loaded"));
    co_await changed_.wait_until(deadline_);
  }
  co_return Result<void>();
}

cdp::Duration PageCommands::left() const {
  return std::max<cdp::Duration>(deadline_ - steady_clock::now(), 0s);
}

Error PageCommands::timed_out(std::string what) const {
  return {.code = ErrorCode::timed_out,
          .message = fmt::format("{} (waited {} ms)", what, in_milliseconds(timeout_).count())};
}

void PageCommands::on_binding(std::string_view) {}

void PageCommands::on_world_gone() {
  changed_.notify();
}

void PageCommands::on_world_created() {
  ++worlds_;
  changed_.notify();
}

void PageCommands::on_crashed() {
  end("the page's renderer crashed");
}

void PageCommands::on_closed() {
  end("the page was closed");
}

void PageCommands::on_connection_ended() {
  end("the browser is gone");
}

void PageCommands::end(std::string_view why) {
  if (ended_.empty()) ended_ = why;
  changed_.notify();
}

bool PageCommands::on_other_event(std::string_view method, const cdp::Fields& params) {
  // Before it has been joined there is no way to answer.
  if (method != cdp::page::JavascriptDialogOpening::method || !page_) return false;
  const auto dialog = cdp::page::JavascriptDialogOpening::read(params);
  const bool accept = dialog.type == "alert" || dialog.type == "beforeunload";
  log_.info(
      "a dialog of the page was answered",
      {{"type", dialog.type}, {"text", base::excerpt(dialog.message, 200)}, {"agreed", accept}});
  page_->post_command(cdp::page::HandleJavaScriptDialog{.accept = accept});
  return true;
}

}  // namespace lmbridge::bridge
