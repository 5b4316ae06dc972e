#include "control/status.hpp"

#include "control/replies.hpp"

#include <boost/json/array.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;
using bridge::BridgeState;
using bridge::PageState;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t megabyte = 1024UL * 1024;

json::value describe_browser(const bridge::Bridge& bridge, const base::Clock& clock) {
  const auto* running = bridge.browser();
  if (running == nullptr) return nullptr;
  const auto age = std::chrono::duration_cast<seconds>(clock.now() - bridge.browser_started_at());
  json::object browser{{"build", running->product()},
                       {"pid", nullptr},
                       {"address", text_or_null(bridge.browser_address())},
                       {"display", text_or_null(running->display())},
                       {"memory_mb", nullptr},
                       {"since", base::iso_8601(clock.wall_now() - age)},
                       {"uptime_seconds", age.count()}};
  if (const auto pid = running->pid()) browser["pid"] = *pid;
  if (bridge.browser_memory() > 0) browser["memory_mb"] = bridge.browser_memory() / megabyte;
  return browser;
}

json::array describe_contexts(const bridge::Bridge& bridge) {
  json::array contexts;
  for (const auto& page : bridge.pages()) {
    json::object described{{"number", page->number()},   {"state", bridge::name(page->state())},
                           {"origin", page->origin()},   {"protocol", page->protocol()},
                           {"running", page->running()}, {"capacity", page->capacity()}};
    if (!page->trouble().empty()) described["reason"] = valid_text(page->trouble());
    contexts.push_back(std::move(described));
  }
  return contexts;
}

/// "needed" when a page says so, "unknown" as long as none has shown that it is not.
std::string_view need(const bridge::Bridge& bridge, PageState state) {
  const auto any = [&](PageState wanted) {
    return std::ranges::any_of(bridge.pages(),
                               [wanted](const auto& page) { return page->state() == wanted; });
  };
  if (any(state)) return "needed";
  return any(PageState::ready) ? "not needed" : "unknown";
}

json::object describe_queue(const bridge::WaitingLine& line) {
  std::int64_t oldest = 0;
  for (const auto* ticket : line.first(1)) {
    oldest =
        std::chrono::duration_cast<milliseconds>(steady_clock::now() - ticket->since()).count();
  }
  return {{"waiting", line.size()}, {"limit", line.limits().requests}, {"next_waits_ms", oldest}};
}

json::value describe(const std::optional<journal::Answer>& answer) {
  if (!answer) return nullptr;
  json::object described{{"request_id", answer->request_id},
                         {"model", valid_text(answer->model)},
                         {"ended", base::iso_8601(answer->ended)},
                         {"pieces", answer->pieces},
                         {"first_piece_ms", nullptr},
                         {"total_ms", answer->total.count()}};
  if (answer->first_piece) described["first_piece_ms"] = answer->first_piece->count();
  return described;
}

json::value describe(const std::optional<journal::Failure>& failure) {
  if (!failure) return nullptr;
  return json::object{{"request_id", failure->request_id},
                      {"model", valid_text(failure->model)},
                      {"ended", base::iso_8601(failure->ended)},
                      {"code", failure->code},
                      {"reason", valid_text(failure->reason)}};
}

json::object describe_configuration(const settings::Reloader& reloader) {
  return {{"file", reloader.paths().config.string()},
          {"loaded", base::iso_8601(reloader.loaded_at())},
          {"errors", to_array(reloader.errors())},
          {"warnings", to_array(reloader.warnings())},
          {"at_next_start", to_array(reloader.at_next_start())}};
}

bool has_no_session(const settings::Settings& settings) {
  const bool has_default = settings.use_default_endpoint &&
                           !settings.default_endpoint.session_id.empty() &&
                           !settings.default_endpoint.message_id.empty();
  return !has_default && settings.endpoints.pools().empty();
}

/// The site has refused ids that requests are still asked with.
bool has_refused_ids(const settings::Settings& settings, const arena::SessionRefusals& refusals) {
  if (settings.use_default_endpoint && refusals.find(settings.default_endpoint) != nullptr) {
    return true;
  }
  return std::ranges::any_of(settings.endpoints.pools(), [&](const auto& pool) {
    return std::ranges::any_of(
        pool.entries, [&](const auto& entry) { return refusals.find(entry.endpoint) != nullptr; });
  });
}

/// What the operator should do next; empty when there is nothing.
std::string_view next_step(const Parts& parts) {
  switch (parts.bridge.readiness().state) {
    case BridgeState::needs_verification:
      return "answer the site's question in the browser: lmbridgectl live";
    case BridgeState::needs_sign_in:
      return "sign in to the site in the browser: lmbridgectl live";
    case BridgeState::crash_loop:
      return "look at the daemon's log, which has the browser's last words; then lmbridgectl "
             "browser restart";
    case BridgeState::draining:
      return "let requests in again: lmbridgectl resume";
    case BridgeState::not_ready:
      if (!parts.bridge.browser_address().empty() && parts.bridge.browser() == nullptr) {
        return "start the browser that is to be attached to; lmbridgectl logs says what is wrong";
      }
      return "wait: lmbridgectl wait --ready";
    case BridgeState::shutting_down:
      return "wait until the daemon has stopped";
    case BridgeState::ready:
      break;
  }
  if (!parts.reloader.errors().empty()) {
    return "mend the configuration, which has errors: lmbridgectl config check";
  }
  if (has_no_session(*parts.settings.current())) {
    return "say in which session of the site to ask: lmbridgectl ids capture";
  }
  if (has_refused_ids(*parts.settings.current(), parts.refusals)) {
    return "the site refuses ids that are in use: lmbridgectl ids list names them";
  }
  if (!parts.reloader.at_next_start().empty()) {
    return "start the daemon anew when it suits: some settings wait for that";
  }
  return "";
}

}  // namespace

awaitable<Result<Reply>> show_status(const http::Request&, const Context& context) {
  const auto& parts = context.parts;
  const auto& bridge = parts.bridge;
  const auto& readiness = bridge.readiness();
  const auto now = parts.clock.wall_now();
  co_return Reply{
      .body = {{"version", parts.version},
               {"newest_version", text_or_null(parts.newer_version())},
               {"pid", getpid()},
               {"started", base::iso_8601(parts.started)},
               {"uptime_seconds", std::chrono::duration_cast<seconds>(now - parts.started).count()},
               {"state", bridge::name(readiness.state)},
               {"reason", valid_text(readiness.reason)},
               {"next", next_step(parts)},
               {"listening", parts.addresses()},
               {"browser", describe_browser(bridge, parts.clock)},
               {"browser_restarts", bridge.restarts()},
               {"site",
                {{"origin", parts.settings.current()->site.origin},
                 {"sign_in", need(bridge, PageState::needs_sign_in)},
                 {"verification", need(bridge, PageState::needs_verification)}}},
               {"contexts", describe_contexts(bridge)},
               {"running", bridge.running()},
               {"queue", describe_queue(bridge.line())},
               {"answered", parts.recent.answered()},
               {"failed", parts.recent.failed()},
               {"last_answer", describe(parts.recent.last_answer())},
               {"last_error", describe(parts.recent.last_failure())},
               {"configuration", describe_configuration(parts.reloader)}}};
}

}  // namespace lmbridge::control
