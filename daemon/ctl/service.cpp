// lmbridgectl drain, resume, browser restart and version.

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"

#include <fmt/format.h>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// The longest that a browser may take to start, by its setting, and some more.
constexpr std::chrono::minutes restart_limit{12};

std::string still_there(const json::object& body) {
  const auto running = base::counted(static_cast<std::size_t>(number(body, "running")), "request");
  return fmt::format("{} running, {} waiting", running, number(body, "waiting"));
}

}  // namespace

ExitCode drain(Session& session) {
  const auto drained = ask(session, {.method = "POST", .target = "/drain"});
  return present(session, drained, [](const json::object& body) {
    return fmt::format("new requests are refused until lmbridgectl resume; {}\n",
                       still_there(body));
  });
}

ExitCode resume(Session& session) {
  const auto resumed = ask(session, {.method = "POST", .target = "/resume"});
  return present(session, resumed, [](const json::object& body) {
    return fmt::format("requests are let in again; the daemon is {}\n", text(body, "state"));
  });
}

ExitCode restart_browser(Session& session) {
  const Spinner spinner(session, "starting a fresh browser");
  const auto restarted =
      ask(session, {.method = "POST", .target = "/browser/restart", .timeout = restart_limit});
  return present(session, restarted, [](const json::object& body) {
    if (const auto address = text(body, "address"); !address.empty()) {
      return fmt::format("attached again: {} at {}\n", text(body, "build"), address);
    }
    return fmt::format("a fresh browser runs: {}, pid {}\n", text(body, "build"),
                       number(body, "pid"));
  });
}

ExitCode show_version(Session& session) {
  const auto status = ask(session, {.target = "/status"});
  const json::object versions{
      {"lmbridgectl", LMBRIDGE_VERSION},
      {"lmbridged", status ? json::value(text(*status, "version")) : json::value()}};
  return present(session, versions, [&](const json::object& body) {
    const auto daemon = text(body, "lmbridged");
    return fmt::format("lmbridgectl {}\nlmbridged {}\n", text(body, "lmbridgectl"),
                       daemon.empty() ? "can't be asked" : daemon);
  });
}

}  // namespace lmbridge::ctl
