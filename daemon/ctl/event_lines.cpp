#include "ctl/event_lines.hpp"

#include "ctl/output.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace lmbridge::ctl {
namespace json = boost::json;

void EventLines::take(std::string_view bytes) {
  rest_ += bytes;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    take_line(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
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
    if (!session.arguments.json) show(name, event);
  });
  const auto answer =
      session.client.stream(call, [&](std::string_view bytes) { events.take(bytes); });
  if (!answer) return report(session, answer.error());
  if (answer->status >= 400) return report(session, refusal(*answer));
  if (events.trouble()) return report(session, *events.trouble());
  return ExitCode::success;
}

}  // namespace lmbridge::ctl
