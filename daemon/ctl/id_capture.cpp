// lmbridgectl ids capture.

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/event_lines.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

Outcome<json::object> wish_of(const Arguments& arguments) {
  json::object wish{{"append", arguments.append}, {"check", !arguments.no_check}};
  if (!arguments.model.empty()) wish["model"] = arguments.model;
  if (!arguments.mode.empty()) wish["mode"] = arguments.mode;
  if (!arguments.target.empty()) wish["battle_target"] = arguments.target;
  if (arguments.timeout) wish["timeout_seconds"] = *arguments.timeout;
  if (arguments.steps.empty()) return wish;
  // Read here, because the daemon runs as another user.
  auto steps = read_file(arguments.steps);
  if (!steps) return std::unexpected(steps.error());
  wish["steps"] = *std::move(steps);
  wish["steps_name"] = std::filesystem::path(arguments.steps).filename().string();
  return wish;
}

/// Shows how a capture goes on, with a spinner below it.
class Progress {
 public:
  explicit Progress(Session& session) : session_(session) {}

  void show(std::string_view name, const json::object& event) {
    spinner_.reset();
    if (name == "armed") return show_armed(event);
    if (name == "step") return go_on("done: " + base::printable(text(event, "place")));
    if (name == "captured") return show_captured(event);
    if (name == "checked") {
      return say(fmt::format("checked: the answer is {}, after {} ms",
                             base::quoted(base::excerpt(text(event, "answer"), 60)),
                             number(event, "milliseconds")));
    }
    if (name == "written") show_written(event);
  }

 private:
  void say(const std::string& line) { print(line + '\n'); }

  void go_on(const std::string& line) {
    say(line);
    spinner_.emplace(session_, "waiting for a Retry");
  }

  void show_armed(const json::object& event) {
    if (!session_.arguments.steps.empty()) {
      return go_on("waiting for ids; the steps are being played");
    }
    const bool is_battle = session_.arguments.mode == "battle";
    go_on(fmt::format(
        "Waiting for ids in {}, for {} s; Ctrl-C ends it.\n"
        "In another terminal, lmbridgectl live prints a link to the browser. There, open a\n"
        "{}, ask anything, and press Retry under the answer{}.",
        base::counted(static_cast<std::size_t>(number(event, "pages")), "page"),
        number(event, "timeout_seconds"), is_battle ? "battle" : "direct chat with the model",
        is_battle ? " whose side is to count" : ""));
  }

  void show_captured(const json::object& event) {
    const auto target = text(event, "battle_target");
    const auto mode = text(event, "mode");
    say(fmt::format("captured: session {}, message {}{}{}", text(event, "session_id"),
                    text(event, "message_id"), mode.empty() ? "" : ", " + mode,
                    target.empty() ? "" : ' ' + target));
    if (!session_.arguments.no_check) spinner_.emplace(session_, "asking a tiny question");
  }

  void show_written(const json::object& event) {
    say(text(event, "file") + ':');
    const auto& changes = array(event, "changes");
    if (changes.empty()) say("  these ids stand there already");
    for (const auto& change : changes) {
      if (change.is_string()) {
        say("  " + base::printable(std::string_view(change.as_string())));
      }
    }
  }

  Session& session_;
  std::optional<Spinner> spinner_;
};

}  // namespace

ExitCode capture_ids(Session& session) {
  if (session.arguments.defaults && !session.arguments.model.empty()) {
    return report(session, {.exit = ExitCode::usage,
                            .code = "two_places",
                            .message = "--default and --model exclude each other: the ids are "
                                       "either for one model or for all others"});
  }
  const auto wish = wish_of(session.arguments);
  if (!wish) return report(session, wish.error());
  Progress progress(session);
  return follow(session,
                {.method = "POST", .target = "/ids/capture", .body = json::serialize(*wish)},
                [&](std::string_view name, const json::object& event) {
                  if (!session.arguments.json) progress.show(name, event);
                });
}

}  // namespace lmbridge::ctl
