// lmbridgectl bugreport: what somebody needs who is to find out what is wrong.

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/event_lines.hpp"
#include "ctl/output.hpp"
#include "ctl/pretty_json.hpp"
#include "ctl/redaction.hpp"
#include "ctl/spinner.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <sys/utsname.h>

#include <fstream>
#include <iterator>
#include <optional>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// The machine, as far as it matters.
std::string describe_machine() {
  struct utsname system{};
  if (uname(&system) != 0) return "";
  std::string text = fmt::format("{} {} {}\n", system.sysname, system.release, system.machine);
  std::ifstream release("/etc/os-release");
  for (std::string line; std::getline(release, line);) {
    if (line.starts_with("PRETTY_NAME=")) text += line + '\n';
  }
  return text;
}

/// Why a part is missing stands in its place: the report is made for bad days.
std::string part_of(const Outcome<json::object>& answer) {
  return answer ? pretty_json(*answer) + '\n' : answer.error().message + '\n';
}

/// A stream of events as lines of text.
std::string events_of(Session& session, const Call& call,
                      const std::function<std::string(const json::object&)>& render) {
  std::string lines;
  EventLines events([&](std::string_view, const json::object& event) { lines += render(event); });
  const auto answer =
      session.client.stream(call, [&](std::string_view bytes) { events.take(bytes); });
  if (!answer) return lines + answer.error().message + '\n';
  if (answer->status >= 400) return lines + refusal(*answer).message + '\n';
  if (events.trouble()) lines += events.trouble()->message + '\n';
  return lines;
}

std::string findings(Session& session) {
  const Style plain(false);
  return events_of(
      session,
      {.method = "POST", .target = "/doctor", .body = "{}", .timeout = std::chrono::minutes(2)},
      [&](const json::object& event) {
        return text(event, "event") == "finding" ? render_finding(event, plain) : "";
      });
}

std::string log_lines(Session& session) {
  return events_of(session, {.target = "/logs?lines=1000"}, [](const json::object& event) {
    if (text(event, "event") != "line") return std::string();
    return fmt::format("{} {} {}\n", text(event, "time"), text(event, "level"),
                       base::printable(text(event, "text")));
  });
}

std::string section(std::string_view title, std::string_view content) {
  return fmt::format("== {}\n\n{}\n", title, content);
}

std::string make_report(Session& session) {
  const auto get = [&](const char* target) { return part_of(ask(session, {.target = target})); };
  auto report = section("lmbridgectl", LMBRIDGE_VERSION "\n" + describe_machine());
  report += section("status", get("/status"));
  report += section("doctor", findings(session));
  report += section("configuration, without secrets", get("/config"));
  report += section("models", get("/models"));
  report += section("ids", get("/ids"));
  report += section("pages", get("/pages"));
  report += section("log", log_lines(session));
  return redacted(report);
}

}  // namespace

ExitCode make_bugreport(Session& session) {
  // Without a daemon there is not much to report; whoever asks should know that first.
  if (const auto status = ask(session, {.target = "/status"}); !status) {
    return report(session, status.error());
  }
  std::optional<Spinner> spinner(std::in_place, session, "gathering");
  const auto made = make_report(session);
  spinner.reset();
  const auto& file = session.arguments.file;
  if (session.arguments.json) {
    return present(session, json::object{{"report", made}}, {});
  }
  if (file.empty()) {
    print(made);
    return ExitCode::success;
  }
  if (const auto written = write_file(file, made); !written) {
    return report(session, written.error());
  }
  print_error(
      fmt::format("{} holds no key, no prompt and no answer; read it before you send it "
                  "to anybody",
                  file));
  return ExitCode::success;
}

}  // namespace lmbridge::ctl
