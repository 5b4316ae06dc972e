// lmbridgectl models ...

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/output.hpp"
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

}  // namespace

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
