// lmbridgectl ids list, test and remove.

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/event_lines.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"
#include "ctl/table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <optional>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

constexpr std::string_view default_name = "(default)";

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : base::printable(text);
}

Row row_of(std::string_view model, const json::object& session) {
  const auto target = text(session, "battle_target");
  const auto stale = text(session, "stale");
  return {base::printable(model),
          or_dash(text(session, "session_id")),
          text(session, "mode") + (target.empty() ? "" : ' ' + target),
          or_dash(text(session, "captured_at")),
          or_dash(text(session, "account")),
          stale.empty() ? "" : "stale: " + base::printable(stale)};
}

std::string render_ids(const json::object& body) {
  std::vector<Row> rows{{"MODEL", "SESSION", "MODE", "CAPTURED", "ACCOUNT", ""}};
  if (const auto& session = object(body, "default"); !session.empty()) {
    rows.push_back(row_of(default_name, session));
  }
  for (const auto& model : array(body, "models")) {
    if (!model.is_object()) continue;
    for (const auto& session : array(model.as_object(), "sessions")) {
      if (session.is_object()) {
        rows.push_back(row_of(text(model.as_object(), "model"), session.as_object()));
      }
    }
  }
  if (rows.size() == 1) return "there are no ids yet: lmbridgectl ids capture\n";
  return render_table(rows);
}

std::string render_test(const json::object& event, const Style& style) {
  const auto model = text(event, "model");
  const auto whose =
      fmt::format("{}  {}", model.empty() ? std::string(default_name) : base::printable(model),
                  text(event, "session_id"));
  const auto& error = object(event, "error");
  if (!error.empty()) {
    return fmt::format("{}  {}: {}\n", whose, style.bad("bad"),
                       base::printable(text(error, "message")));
  }
  return fmt::format("{}  {}: {} in {} ms\n", whose, style.good("good"),
                     base::quoted(base::excerpt(text(event, "answer"), 60)),
                     number(event, "milliseconds"));
}

}  // namespace

ExitCode list_ids(Session& session) {
  return present(session, ask(session, {.target = "/ids"}), render_ids);
}

ExitCode test_ids(Session& session) {
  const auto& arguments = session.arguments;
  json::object wish;
  if (!arguments.name.empty()) wish["model"] = arguments.name;
  if (arguments.all) wish["all"] = true;
  std::int64_t bad = 0;
  std::optional<Spinner> spinner(std::in_place, session, "waiting for an answer");
  const auto outcome =
      follow(session, {.method = "POST", .target = "/ids/test", .body = json::serialize(wish)},
             [&](std::string_view name, const json::object& event) {
               if (name == "done") bad = number(event, "bad");
               if (name != "tested" || session.arguments.json) return;
               spinner.reset();
               print(render_test(event, session.style));
               spinner.emplace(session, "waiting for an answer");
             });
  if (outcome != ExitCode::success) return outcome;
  return bad == 0 ? ExitCode::success : ExitCode::failed;
}

ExitCode remove_ids(Session& session) {
  const auto& arguments = session.arguments;
  auto target = "/ids/" + percent_encoded(arguments.name);
  if (!arguments.session.empty()) target += "?session=" + percent_encoded(arguments.session);
  const auto removed = ask(session, {.method = "DELETE", .target = target});
  return present(session, removed, [](const json::object& body) {
    return fmt::format("{}:\n  {}\n", text(body, "file"),
                       base::printable(joined(array(body, "changes"), "; ")));
  });
}

}  // namespace lmbridge::ctl
