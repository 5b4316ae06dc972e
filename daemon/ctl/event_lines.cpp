#include "ctl/event_lines.hpp"

#include "ctl/lines.hpp"
#include "ctl/output.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace lmbridge::ctl {
namespace json = boost::json;

void EventLines::take(std::string_view bytes) {
  take_lines(rest_, bytes, [this](std::string_view line) { take_line(line); });
}

void EventLines::take_line(std::string_view line) {
  boost::system::error_code error;
  const auto parsed = json::parse(line, error);
  // One of a newer daemon may say more than we know, but always in objects.
  if (error || !parsed.is_object()) return;
  const auto& event = parsed.as_object();
  const auto name = text(event, "event");
  if (name == "error") {
    trouble_ = trouble_of(object(event, "error"));
  } else {
    sink_(name, event);
  }
}

ExitCode follow(Session& session, Call call, const EventLines::Sink& show) {
  call.timeout = std::chrono::milliseconds(0);
  EventLines events([&](std::string_view name, const json::object& event) {
    if (session.arguments.json) print(json::serialize(event) + '\n');
    show(name, event);
  });
  const auto answer =
      session.client.stream(call, [&](std::string_view bytes) { events.take(bytes); });
  if (!answer) return report(session, answer.error());
  if (answer->status >= 400) return report(session, refusal(*answer));
  if (events.trouble()) return report(session, *events.trouble());
  return ExitCode::success;
}

}  // namespace lmbridge::ctl
