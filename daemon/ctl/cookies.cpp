// lmbridgectl browser cookies ...

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <sys/stat.h>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// Nobody else may read what is made while this lives.
class PrivateFiles {
 public:
  PrivateFiles() : before_(umask(077)) {}
  PrivateFiles(const PrivateFiles&) = delete;
  PrivateFiles& operator=(const PrivateFiles&) = delete;
  ~PrivateFiles() { umask(before_); }

 private:
  mode_t before_;
};

}  // namespace

ExitCode export_cookies(Session& session) {
  const auto& arguments = session.arguments;
  const auto exported = ask(session, {.target = "/browser/cookies"});
  if (!exported) return report(session, exported.error());
  const auto& cookies = array(*exported, "cookies");
  const auto written =
      arguments.format == "netscape" ? text(*exported, "netscape") : pretty_json(cookies) + '\n';
  if (arguments.file.empty()) {
    print(arguments.json ? json::serialize(json::object{{"cookies", cookies}}) + '\n' : written);
    return ExitCode::success;
  }
  const PrivateFiles only_ours;
  if (const auto kept = write_file(arguments.file, written); !kept) {
    return report(session, kept.error());
  }
  return present(session, json::object{{"file", arguments.file}, {"cookies", cookies.size()}},
                 [](const json::object& body) {
                   return fmt::format(
                       "{} holds {}: whoever has it is signed in as you are\n", text(body, "file"),
                       base::counted(static_cast<std::size_t>(number(body, "cookies")), "cookie"));
                 });
}

ExitCode import_cookies(Session& session) {
  const auto given = read_file(session.arguments.file);
  if (!given) return report(session, given.error());
  const auto imported = ask(session, {.method = "POST",
                                      .target = "/browser/cookies",
                                      .body = json::serialize(json::object{{"text", *given}})});
  return present(session, imported, [](const json::object& body) {
    const auto count = base::counted(static_cast<std::size_t>(number(body, "cookies")), "cookie");
    const auto of_site = number(body, "site");
    return of_site > 0 ? fmt::format("{} imported, {} of which the site gets\n", count, of_site)
                       : fmt::format("{} imported, but none of them is the site's\n", count);
  });
}

}  // namespace lmbridge::ctl
