// lmbridgectl logs.

#include "base/text.hpp"
#include "ctl/chat_stream.hpp"
#include "ctl/commands.hpp"
#include "ctl/event_lines.hpp"
#include "ctl/output.hpp"

#include <fmt/format.h>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

std::string marked(const std::string& level, const Style& style) {
  if (level == "error") return style.bad(level);
  if (level == "warning") return style.warning(level);
  return style.dim(level);
}

}  // namespace

ExitCode show_logs(Session& session) {
  const auto& arguments = session.arguments;
  auto target = fmt::format("/logs?lines={}&follow={}", arguments.lines, arguments.follow ? 1 : 0);
  if (!arguments.level.empty()) target += "&level=" + percent_encoded(arguments.level);
  return follow(session, {.target = target}, [&](std::string_view name, const json::object& event) {
    if (name != "line" || session.arguments.json) return;
    print(fmt::format("{} {} {}\n", text(event, "time"),
                      marked(text(event, "level"), session.style),
                      base::printable(text(event, "text"))));
  });
}

}  // namespace lmbridge::ctl
