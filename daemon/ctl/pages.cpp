// lmbridgectl page ...

#include "base/base64.hpp"
#include "base/text.hpp"
#include "ctl/chat_stream.hpp"
#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// What tells pages apart; any longer beginning will do, too.
constexpr std::size_t shown_id = 8;
/// Beside the time that a page may take, for the way there and back.
constexpr std::chrono::seconds margin{30};

std::string render_pages(const json::object& body) {
  std::vector<Row> rows{{"ID", "STATE", "TITLE", "ADDRESS"}};
  for (const auto& each : array(body, "pages")) {
    if (!each.is_object()) continue;
    const auto& page = each.as_object();
    const auto state = text(page, "state");
    const auto title = base::printable(base::excerpt(text(page, "title"), 40));
    rows.push_back({text(page, "id").substr(0, shown_id), state.empty() ? "not ours" : state,
                    title.empty() ? "-" : title,
                    base::printable(base::excerpt(text(page, "url"), 100))});
  }
  if (rows.size() == 1) return "the browser has no page now\n";
  return render_table(rows);
}

void set_target(json::object& parameters, const Arguments& arguments, const char* text_key) {
  if (!arguments.selector.empty()) parameters["selector"] = arguments.selector;
  if (!arguments.text.empty()) parameters[text_key] = arguments.text;
  if (arguments.nth > 0) parameters["nth"] = arguments.nth;
}

/// The step as a file of steps has it.
json::object step_of(const std::string& name, const Arguments& arguments) {
  json::object parameters;
  set_target(parameters, arguments, name == "type" ? "label" : "text");
  if (!arguments.url.empty()) parameters["url"] = arguments.url;
  if (name == "type") parameters["text"] = arguments.value;
  if (name == "type" && arguments.replace) parameters["replace"] = true;
  if (name == "press") parameters["key"] = arguments.key;
  if (name == "wait" && arguments.gone) parameters["state"] = "gone";
  if (name == "screenshot" && arguments.whole) parameters["whole_page"] = true;
  if (name == "eval") parameters["expression"] = arguments.value;
  json::object step{{name, std::move(parameters)}};
  if (arguments.timeout) step["timeout_seconds"] = *arguments.timeout;
  return step;
}

/// A picture goes to a file; a terminal would only be confused by it.
ExitCode keep_picture(Session& session, const json::object& reply) {
  const auto picture = base::base64_decoded(text(reply, "content"));
  const auto& file = session.arguments.file;
  if (file.empty()) {
    print(picture);
    return ExitCode::success;
  }
  const auto written = write_file(file, picture);
  if (!written) return report(session, written.error());
  return present(session, json::object{{"file", file}, {"bytes", picture.size()}},
                 [](const json::object&) { return ""; });
}

std::string with_line_end(std::string content) {
  if (!content.empty() && !content.ends_with('\n')) content += '\n';
  return content;
}

/// What an act needs and the command line does not say; "" when nothing is missing.
std::string_view missing(std::string_view name, const Arguments& arguments) {
  if (!arguments.selector.empty() || !arguments.text.empty()) return "";
  if (name == "click") return "say what to click: --selector CSS or --text TEXT";
  if (name == "type") return "say into which field to type: --selector CSS or --label TEXT";
  if (name == "wait" && arguments.url.empty()) {
    return "say what to wait for: --selector CSS, --text TEXT or --url PART";
  }
  return "";
}

ExitCode misused(Session& session, std::string_view code, std::string_view message) {
  return report(
      session,
      {.exit = ExitCode::usage, .code = std::string(code), .message = std::string(message)});
}

}  // namespace

ExitCode list_pages(Session& session) {
  return present(session, ask(session, {.target = "/pages"}), render_pages);
}

ExitCode open_page(Session& session) {
  const json::object wish{{"url", session.arguments.url}};
  const auto opened =
      ask(session, {.method = "POST", .target = "/pages", .body = json::serialize(wish)});
  return present(session, opened, [](const json::object& body) { return text(body, "id") + '\n'; });
}

ExitCode close_page(Session& session) {
  const auto closed = ask(
      session, {.method = "DELETE", .target = "/pages/" + percent_encoded(session.arguments.page)});
  return present(session, closed, [](const json::object&) { return ""; });
}

ExitCode act_in_page(Session& session) {
  const auto& arguments = session.arguments;
  const auto name = arguments.command.substr(std::string_view("page ").size());
  const bool takes_picture = name == "screenshot";
  if (takes_picture && arguments.file.empty() && session.terminal.output && !arguments.json) {
    return misused(session, "no_file",
                   "a picture is nothing for a terminal: say in which file it is to be written");
  }
  if (const auto what = missing(name, arguments); !what.empty()) {
    return misused(session, "no_target", what);
  }
  json::object wish{{"step", step_of(name, arguments)}};
  if (!arguments.page.empty()) wish["page"] = arguments.page;
  const auto reply =
      ask(session, {.method = "POST",
                    .target = "/pages/run",
                    .body = json::serialize(wish),
                    .timeout = std::chrono::seconds(arguments.timeout.value_or(30)) + margin});
  if (reply && takes_picture && (!arguments.json || !arguments.file.empty())) {
    return keep_picture(session, *reply);
  }
  const bool is_shown = session.terminal.output;
  return present(session, reply, [&](const json::object& body) {
    const auto content = with_line_end(text(body, "content"));
    return is_shown ? harmless(content) : content;
  });
}

}  // namespace lmbridge::ctl
