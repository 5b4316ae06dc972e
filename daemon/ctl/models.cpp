// lmbridgectl models ...

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"
#include "ctl/table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

std::string render_models(const json::object& body) {
  std::vector<Row> rows{{"NAME", "TYPE", "SESSIONS", "CAN BE ASKED"}};
  for (const auto& each : array(body, "models")) {
    if (!each.is_object()) continue;
    const auto& model = each.as_object();
    const auto* sessions = model.if_contains("sessions");
    const bool has_own = sessions != nullptr && sessions->is_number();
    const auto type = text(model, "type");
    rows.push_back(
        {base::printable(text(model, "name")), type.empty() ? "-" : type,
         has_own ? fmt::to_string(number(model, "sessions")) : "default",
         flag(model, "usable") ? "yes" : "no: " + base::printable(text(model, "reason"))});
  }
  if (rows.size() == 1) return "there is no model: add one with lmbridgectl models add NAME\n";
  return render_table(rows);
}

/// What has been found, and what has become of it.
std::string render_update(const json::object& body, bool removes) {
  std::string shown;
  for (const auto& line : array(body, "difference")) {
    if (line.is_string()) shown += base::printable(std::string_view(line.as_string())) + '\n';
  }
  shown += fmt::format("the site lists {}; they are in {}\n",
                       base::counted(static_cast<std::size_t>(number(body, "listed")), "model"),
                       text(body, "available_file"));
  const auto gone = number(body, "removed");
  const auto news = number(body, "added") + number(body, "changed");
  const auto file = text(body, "file");
  if (news + gone == 0) return shown + fmt::format("{} has nothing else\n", file);
  if (!flag(body, "applied")) {
    return shown + fmt::format("{} is as it was: --apply puts what is new into it\n", file);
  }
  shown += fmt::format(
      "{}: {} added, {} changed, {}\n", file, number(body, "added"), number(body, "changed"),
      removes ? fmt::format("{} removed", gone)
              : fmt::format("{} kept that the site does not list (--remove)", gone));
  return shown;
}

}  // namespace

ExitCode update_models(Session& session) {
  const auto& arguments = session.arguments;
  const Spinner spinner(session, "reading the site's page");
  const json::object wish{{"apply", arguments.apply}, {"remove", arguments.remove}};
  const auto updated = ask(session, {.method = "POST",
                                     .target = "/models/update",
                                     .body = json::serialize(wish),
                                     .timeout = std::chrono::minutes(2)});
  return present(session, updated,
                 [&](const json::object& body) { return render_update(body, arguments.remove); });
}

ExitCode list_models(Session& session) {
  return present(session, ask(session, {.target = "/models"}), render_models);
}

ExitCode add_model(Session& session) {
  const auto& arguments = session.arguments;
  json::object model{{"name", arguments.name}, {"replace", arguments.replace}};
  if (!arguments.id.empty()) model["id"] = arguments.id;
  if (!arguments.type.empty()) model["type"] = arguments.type;
  const auto added =
      ask(session, {.method = "POST", .target = "/models", .body = json::serialize(model)});
  return present(session, added, [](const json::object& body) {
    const auto name = base::printable(text(body, "name"));
    if (flag(body, "usable")) return fmt::format("{} can be asked now\n", name);
    return fmt::format("{} is known now, but can't be asked yet: {}\n", name,
                       base::printable(text(body, "reason")));
  });
}

ExitCode remove_model(Session& session) {
  const auto removed =
      ask(session,
          {.method = "DELETE", .target = "/models/" + percent_encoded(session.arguments.name)});
  return present(session, removed, [](const json::object& body) {
    return fmt::format("{} is not in models.json any more\n", base::printable(text(body, "name")));
  });
}

}  // namespace lmbridge::ctl
