// lmbridgectl live: a link through which a person looks at the browser's page and acts in it.

#include "ctl/chat_stream.hpp"
#include "ctl/commands.hpp"
#include "ctl/live_events.hpp"
#include "ctl/output.hpp"

#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <csignal>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// The view ends with this program, and Ctrl-C is how it is meant to. A message must be ready
/// beforehand: little may be done in a signal's handler.
void end_on_interrupt(bool as_json) {
  static constexpr std::string_view for_people = "\nThe live view has ended.\n";
  static constexpr std::string_view for_programs =
      "{\"event\":\"ended\",\"reason\":\"interrupted\"}\n";
  struct sigaction action{};
  action.sa_handler = as_json ? [](int) {
    (void)!write(STDOUT_FILENO, for_programs.data(), for_programs.size());
    _exit(0);
  } : [](int) {
    (void)!write(STDERR_FILENO, for_people.data(), for_people.size());
    _exit(0);
  };
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

json::object order(const Arguments& arguments) {
  json::object body;
  if (!arguments.page.empty()) body["page"] = arguments.page;
  if (!arguments.base_url.empty()) body["base_url"] = arguments.base_url;
  return body;
}

}  // namespace

ExitCode show_live(Session& session) {
  const bool as_json = session.arguments.json;
  end_on_interrupt(as_json);
  LiveEvents events([&](const json::object& event) {
    if (as_json) return print(json::serialize(event) + '\n');
    print(harmless(describe_live_event(event, session.terminal.output)));
  });
  // A person takes the time that it takes; the daemon has limits of its own.
  const auto answer = session.client.stream({.method = "POST",
                                             .target = "/live",
                                             .body = json::serialize(order(session.arguments)),
                                             .timeout = std::chrono::milliseconds(0)},
                                            [&](std::string_view bytes) { events.take(bytes); });
  if (!answer) return report(session, answer.error());
  if (answer->status >= 400) return report(session, refusal(*answer));
  const auto trouble = events.trouble();
  if (!trouble) return ExitCode::success;
  // With --json the last event has said it.
  if (as_json && trouble->code != "cut") return trouble->exit;
  return report(session, *trouble);
}

}  // namespace lmbridge::ctl
