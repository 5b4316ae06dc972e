#include "control/id_capture.hpp"

#include "base/text.hpp"
#include "bridge/id_capture.hpp"
#include "bridge/page_models.hpp"
#include "bridge/session_trial.hpp"
#include "bridge/steps.hpp"
#include "bridge/temporary_page.hpp"
#include "control/capture_wish.hpp"
#include "control/file_change.hpp"
#include "control/ids.hpp"
#include "control/pages.hpp"
#include "control/replies.hpp"
#include "settings/id_edits.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;

namespace {

/// Plays the steps while the capture waits for what they bring about.
class StepPlayer {
 public:
  StepPlayer(const Context& context, bridge::IdCapture& capture, Events& events)
      : context_(context), capture_(capture), events_(events) {}

  /// Until the last step is done, or one has failed; then the capture ends, too.
  awaitable<void> play(std::span<const bridge::Step> steps) {
    outcome_ = co_await play_in_own_page(steps);
    if (!outcome_) capture_.disarm();
  }

  [[nodiscard]] const Result<void>& outcome() const { return outcome_; }

 private:
  awaitable<Result<void>> play_in_own_page(std::span<const bridge::Step> steps) {
    auto browser = running_browser(context_);
    if (!browser) co_return std::unexpected(std::move(browser.error()));
    const auto page = co_await bridge::TemporaryPage::open(
        *browser, context_.parts.settings.current()->site.origin, browser_call_limit);
    if (!page) co_return std::unexpected(page.error());
    auto commands = co_await bridge::PageCommands::open(context_.executor, *browser, page->id(),
                                                        browser_call_limit, context_.parts.log);
    if (!commands) co_return std::unexpected(std::move(commands.error()));
    for (const auto& step : steps) {
      auto done = co_await bridge::play(**commands, std::span(&step, 1), {});
      if (!done) co_return done;
      done = co_await events_.say("step", {{"place", step.place}});
      if (!done) co_return done;
    }
    // The request of the last step may still be on its way.
    co_await settled(*page);
    co_return Result<void>();
  }

  /// Keeps the page until the capture is over.
  awaitable<void> settled(const bridge::TemporaryPage&) {
    base::Condition never(context_.executor);
    while (capture_.is_armed()) co_await never.wait();
  }

  const Context& context_;
  bridge::IdCapture& capture_;
  Events& events_;
  Result<void> outcome_;
};

/// One more capture for as long as it lives, of which viewers are told.
class Counted {
 public:
  explicit Counted(const Context& context) : context_(context) {
    if (++context_.captures == 1) {
      context_.parts.live.waiting_for().set(
          "Session ids are being captured: press Retry under an answer.");
    }
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    if (--context_.captures == 0) context_.parts.live.waiting_for().set("");
  }

 private:
  const Context& context_;
};

/// One capture, from the wish to the file.
class Capture {
 public:
  Capture(const CaptureWish& wish, const Context& context, Events& events)
      : wish_(wish), context_(context), events_(events) {}

  awaitable<Result<void>> run() {
    auto captured = co_await catch_ids();
    if (!captured) co_return std::unexpected(std::move(captured.error()));
    const auto ids = co_await complete(*std::move(captured));
    if (!ids) co_return std::unexpected(ids.error());
    if (wish_.check) {
      auto checked = co_await check(*ids);
      if (!checked) co_return checked;
    }
    co_return co_await write(*ids);
  }

 private:
  awaitable<Result<bridge::CapturedIds>> catch_ids() {
    auto browser = running_browser(context_);
    if (!browser) co_return std::unexpected(std::move(browser.error()));
    bridge::IdCapture capture(
        context_.executor, *browser,
        bridge::id_rules(context_.parts.settings.current()->site, wish_.battle_target),
        context_.parts.clock, context_.parts.log);
    auto armed = co_await capture.arm(browser_call_limit);
    if (!armed) co_return std::unexpected(std::move(armed.error()));
    armed = co_await say_armed(**browser);
    if (!armed) co_return std::unexpected(std::move(armed.error()));
    const Counted counted(context_);
    StepPlayer player(context_, capture, events_);
    Result<bridge::CapturedIds> captured = std::unexpected(Error{});
    base::TaskGroup tasks(context_.executor, context_.parts.log);
    if (!wish_.steps.empty()) tasks.spawn("steps", [&] { return player.play(wish_.steps); });
    co_await tasks.enclose([](bridge::IdCapture& armed_capture, const CaptureWish& wish,
                              Result<bridge::CapturedIds>& result) -> awaitable<void> {
      result = co_await armed_capture.wait(wish.timeout);
    }(capture, wish_, captured));
    // Why nothing came.
    if (!captured && !player.outcome()) co_return std::unexpected(player.outcome().error());
    co_return captured;
  }

  awaitable<Result<void>> say_armed(cdp::Browser& browser) {
    const auto pages = co_await bridge::list_pages(browser.connection(), browser_call_limit);
    co_return co_await events_.say("armed", {{"timeout_seconds", wish_.timeout.count()},
                                             {"pages", pages ? pages->size() : 0}});
  }

  /// With what the request does not show, and with who is signed in.
  awaitable<Result<settings::NewIds>> complete(bridge::CapturedIds captured) {
    const auto account = co_await account_now(context_);
    settings::NewIds ids{
        .session_id = std::move(captured.ids.session_id),
        .message_id = std::move(captured.ids.message_id),
        .mode = wish_.mode ? wish_.mode : captured.ids.mode,
        .battle_target = captured.ids.battle_target,
        .origin = {.captured_at = base::iso_8601(captured.at), .account = account.value_or("")}};
    if (ids.mode == arena::Mode::battle && !ids.battle_target) {
      ids.battle_target = wish_.battle_target;
    }
    auto said = co_await events_.say("captured", describe(ids, captured));
    if (!said) co_return std::unexpected(std::move(said.error()));
    co_return ids;
  }

  static json::object describe(const settings::NewIds& ids, const bridge::CapturedIds& captured) {
    json::object described{{"session_id", ids.session_id},
                           {"message_id", ids.message_id},
                           {"mode", nullptr},
                           {"battle_target", nullptr},
                           {"request", bridge::name(captured.kind)},
                           {"page", valid_text(captured.page_url)},
                           {"account", nullptr}};
    if (ids.mode) described["mode"] = *ids.mode == arena::Mode::battle ? "battle" : "direct_chat";
    if (ids.battle_target) described["battle_target"] = *ids.battle_target == 'b' ? "B" : "A";
    if (!ids.origin.account.empty()) described["account"] = ids.origin.account;
    return described;
  }

  awaitable<Result<void>> check(const settings::NewIds& ids) {
    const arena::PoolEntry session{.endpoint = {.session_id = ids.session_id,
                                                .message_id = ids.message_id,
                                                .mode = ids.mode.value_or(arena::Mode::direct_chat),
                                                .battle_target = ids.battle_target.value_or('a')}};
    const auto answer = co_await try_session(context_, wish_.model, session);
    if (!answer) {
      co_return fail(answer.error().code,
                     "the ids were captured, but a question with them failed, so they were not "
                     "written (--no-check writes them all the same)",
                     answer.error());
    }
    co_return co_await events_.say(
        "checked", {{"answer", valid_text(answer->text)}, {"milliseconds", answer->took.count()}});
  }

  awaitable<Result<void>> write(const settings::NewIds& ids) {
    const auto paths = context_.parts.reloader.paths();
    std::vector<std::string> changes;
    const auto edit = [&](std::string_view text,
                          const settings::JsoncNode&) -> Result<std::string> {
      auto edited = wish_.model.empty()
                        ? settings::with_default_ids(text, ids)
                        : settings::with_model_ids(text, wish_.model, ids,
                                                   wish_.append ? settings::IdPlacement::pool
                                                                : settings::IdPlacement::entry);
      if (!edited) return std::unexpected(std::move(edited.error()));
      changes = std::move(edited->changes);
      return std::move(edited->text);
    };
    auto written =
        co_await change_file(context_, wish_.model.empty() ? paths.config : paths.endpoints, edit);
    if (!written) co_return std::unexpected(std::move(written.error()));
    co_return co_await events_.say("written",
                                   {{"file", written->at("file")}, {"changes", to_array(changes)}});
  }

  const CaptureWish& wish_;
  const Context& context_;
  Events& events_;
};

}  // namespace

awaitable<Result<void>> capture_ids(const CaptureWish& wish, const Context& context,
                                    Events& events) {
  co_return co_await Capture(wish, context, events).run();
}

awaitable<Result<void>> capture_ids(const http::Request& request, const Context& context,
                                    EventStream& events) {
  const auto wish = read_wish(request, *context.parts.settings.current());
  if (!wish) co_return std::unexpected(wish.error());
  co_return co_await capture_ids(*wish, context, events);
}

}  // namespace lmbridge::control
