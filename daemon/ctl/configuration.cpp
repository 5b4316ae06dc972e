// lmbridgectl config ... and reload.

#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// A text stands for itself where it is no JSON.
std::string json_of(const std::string& value) {
  boost::system::error_code error;
  json::parse(value, error);
  return error ? json::serialize(json::string(value)) : value;
}

void append_lines(std::string& lines, std::string_view prefix, const json::array& texts) {
  for (const auto& each : texts) {
    if (each.is_string())
      lines += fmt::format("{}{}\n", prefix, std::string_view(each.as_string()));
  }
}

std::string render_changes(const json::object& body) {
  const auto changed = joined(array(body, "changed"), ", ");
  const auto waiting = joined(array(body, "at_next_start"), ", ");
  std::string lines;
  if (!changed.empty()) lines += fmt::format("in force now: {}\n", changed);
  if (!waiting.empty()) lines += fmt::format("takes effect at the next start: {}\n", waiting);
  if (lines.empty()) lines = "nothing has changed\n";
  append_lines(lines, "warning: ", array(body, "warnings"));
  return lines;
}

std::string render_check(const json::object& body) {
  std::string lines;
  append_lines(lines, "error: ", array(body, "errors"));
  append_lines(lines, "warning: ", array(body, "warnings"));
  if (flag(body, "ok")) lines += fmt::format("{}: no errors\n", text(body, "file"));
  return lines;
}

}  // namespace

ExitCode check_config(Session& session) {
  const auto checked = ask(session, {.method = "POST", .target = "/config/check"});
  const auto shown = present(session, checked, render_check);
  if (shown != ExitCode::success) return shown;
  return flag(*checked, "ok") ? ExitCode::success : ExitCode::failed;
}

ExitCode get_config(Session& session) {
  const auto target = "/config/" + percent_encoded(session.arguments.key);
  return present(session, ask(session, {.target = target}), [](const json::object& body) {
    const auto* value = body.if_contains("value");
    if (value == nullptr) return std::string();
    return value->is_string() ? std::string(value->as_string()) + '\n' : pretty_json(*value);
  });
}

ExitCode set_config(Session& session) {
  const auto changed = ask(session, {.method = "PUT",
                                     .target = "/config/" + percent_encoded(session.arguments.key),
                                     .body = json_of(session.arguments.value)});
  return present(session, changed, render_changes);
}

ExitCode show_config(Session& session) {
  return present(session, ask(session, {.target = "/config"}),
                 [](const json::object& body) { return pretty_json(object(body, "settings")); });
}

ExitCode show_config_path(Session& session) {
  return present(session, ask(session, {.target = "/config/path"}), [](const json::object& body) {
    return fmt::format("{}\n{}\n{}\n", text(body, "config"), text(body, "models"),
                       text(body, "endpoints"));
  });
}

ExitCode reload(Session& session) {
  return present(session, ask(session, {.method = "POST", .target = "/reload"}), render_changes);
}

}  // namespace lmbridge::ctl
