// lmbridgectl status and wait.

#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"
#include "ctl/status_screen.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// Of GET /status.
ExitCode show_once(Session& session, bool clears) {
  const auto status = ask(session, {.target = "/status"});
  const auto shown = present(session, status, [&](const json::object& body) {
    return (clears ? "\x1b[H\x1b[2J" : "") +
           render_status(body, session.style, std::chrono::system_clock::now());
  });
  if (shown != ExitCode::success) return shown;
  return text(*status, "state") == "ready" ? ExitCode::success : ExitCode::not_ready;
}

}  // namespace

ExitCode show_status(Session& session) {
  if (!session.arguments.watch) return show_once(session, false);
  const bool clears = session.terminal.output && !session.arguments.json;
  for (;;) {
    const auto shown = show_once(session, clears);
    if (shown != ExitCode::success && shown != ExitCode::not_ready) return shown;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

ExitCode wait_until_ready(Session& session) {
  const std::chrono::seconds limit(session.arguments.timeout.value_or(60));
  const Spinner spinner(session, "waiting until lmbridged takes requests");
  // The daemon knows the limit; it must not be taken for silent on the way.
  const auto waited =
      ask(session, {.target = fmt::format("/wait?for=ready&timeout={}", limit.count()),
                    .timeout = limit + std::chrono::seconds(30)});
  return present(session, waited, [](const json::object&) { return "ready\n"; });
}

}  // namespace lmbridge::ctl
