// lmbridgectl doctor.

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/event_lines.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <optional>

namespace lmbridge::ctl {
namespace json = boost::json;

std::string render_finding(const json::object& finding, const Style& style) {
  const auto status = text(finding, "status");
  const auto mark = status == "ok"        ? style.good("ok     ")
                    : status == "warning" ? style.warning("warning")
                                          : style.bad("error  ");
  auto line = fmt::format("{}  {}: {}\n", mark, base::printable(text(finding, "check")),
                          base::printable(text(finding, "message")));
  const auto fix = text(finding, "fix");
  if (!fix.empty()) line += fmt::format("         {}\n", style.bold("-> " + base::printable(fix)));
  return line;
}

namespace {

std::string render_sum(const json::object& done) {
  const auto count = [&](const char* key, std::string_view noun) {
    return base::counted(static_cast<std::size_t>(number(done, key)), noun);
  };
  return fmt::format("{}, {}, {}\n", count("errors", "error"), count("warnings", "warning"),
                     fmt::format("{} well", number(done, "ok")));
}

}  // namespace

ExitCode examine(Session& session) {
  const json::object wish{{"ask", session.arguments.ask}};
  std::string worst;
  std::optional<Spinner> spinner(std::in_place, session, "looking");
  const auto outcome =
      follow(session, {.method = "POST", .target = "/doctor", .body = json::serialize(wish)},
             [&](std::string_view name, const json::object& event) {
               if (name == "done") worst = text(event, "worst");
               if (session.arguments.json) return;
               spinner.reset();
               if (name == "finding") print(render_finding(event, session.style));
               if (name == "finding") spinner.emplace(session, "looking");
               if (name == "done") print(render_sum(event));
             });
  if (outcome != ExitCode::success) return outcome;
  if (worst == "ok") return ExitCode::success;
  return worst == "warning" ? ExitCode::warnings : ExitCode::failed;
}

}  // namespace lmbridge::ctl
