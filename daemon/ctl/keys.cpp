// lmbridgectl keys ...

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

std::string render_keys(const json::object& body) {
  std::vector<Row> rows{{"NAME", "STORED", "MODELS"}};
  for (const auto& each : array(body, "keys")) {
    if (!each.is_object()) continue;
    const auto& key = each.as_object();
    const auto name = text(key, "name");
    const auto models = joined(array(key, "models"), ", ");
    rows.push_back({name.empty() ? "(api_key)" : base::printable(name), text(key, "stored"),
                    models.empty() ? "all" : base::printable(models)});
  }
  if (rows.size() == 1) return "there is no API key: clients of this machine need none\n";
  return render_table(rows);
}

}  // namespace

ExitCode add_key(Session& session) {
  const auto& arguments = session.arguments;
  json::object entry{{"name", arguments.name}};
  if (!arguments.models.empty()) {
    entry["models"] = json::array(arguments.models.begin(), arguments.models.end());
  }
  const auto added =
      ask(session, {.method = "POST", .target = "/keys", .body = json::serialize(entry)});
  // The key alone goes to standard output, so that it can be handed on.
  if (added && !arguments.json) {
    print_error("this is the only time that the key is shown");
    if (flag(*added, "is_first")) print_error("from now on every client needs a key");
  }
  return present(session, added, [](const json::object& body) { return text(body, "key") + '\n'; });
}

ExitCode list_keys(Session& session) {
  return present(session, ask(session, {.target = "/keys"}), render_keys);
}

ExitCode remove_key(Session& session) {
  const auto removed = ask(
      session, {.method = "DELETE", .target = "/keys/" + percent_encoded(session.arguments.name)});
  if (removed && !session.arguments.json && flag(*removed, "was_last")) {
    print_error("it was the last one: clients of this machine need no key any more");
  }
  return present(session, removed, [](const json::object& body) {
    return fmt::format("the key of {} is good for nothing any more\n",
                       base::printable(text(body, "name")));
  });
}

}  // namespace lmbridge::ctl
