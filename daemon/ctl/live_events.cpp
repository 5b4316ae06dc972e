#include "ctl/live_events.hpp"

#include "ctl/output.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// How people reach an address that only this machine has: "127.0.0.1:5102" of its URL.
std::string tunnel_hint(const json::object& link) {
  const auto url = text(link, "base_url");
  const auto start = url.find("://");
  const auto authority = start == std::string::npos ? url : url.substr(start + 3);
  const auto colon = authority.rfind(':');
  if (colon == std::string::npos) return {};
  const auto port = authority.substr(colon + 1);
  return fmt::format(
      "That address is for this machine alone. From another one, run there first:\n\n"
      "  ssh -L {}:{} SERVER\n\n",
      port, authority);
}

std::string describe_link(const json::object& link, bool with_hint) {
  const auto seconds = number(link, "expires_in");
  const auto limit =
      seconds % 60 == 0 ? fmt::format("{} min", seconds / 60) : fmt::format("{} s", seconds);
  return fmt::format(
      "Open this link in a browser, once, within {}:\n\n  {}\n\n{}"
      "The live view ends with this command: Ctrl-C.\n",
      limit, text(link, "url"), with_hint && flag(link, "is_loopback") ? tunnel_hint(link) : "");
}

std::string_view why_left(std::string_view reason) {
  if (reason == "replaced") return ": another link was opened, or the same viewer came back";
  if (reason == "idle") return ": nothing was done for long";
  if (reason == "refused") return ": it sent what makes no sense";
  return "";
}

}  // namespace

LiveEvents::LiveEvents(std::function<void(const json::object&)> sink)
    : sink_(std::move(sink)), lines_([this](std::string_view name, const json::object& event) {
        if (name == "ended") reason_ = text(event, "reason");
        sink_(event);
      }) {}

std::optional<Trouble> LiveEvents::trouble() const {
  if (lines_.trouble()) return lines_.trouble();
  if (reason_ == "expired") {
    return Trouble{.exit = ExitCode::not_ready,
                   .code = "expired",
                   .message = "nobody opened the link in time; run this again for another one"};
  }
  if (!reason_.empty()) return std::nullopt;
  return Trouble{.exit = ExitCode::failed,
                 .code = "cut",
                 .message = "the live view broke off; the log of lmbridged says why"};
}

std::string describe_live_event(const json::object& event, bool with_hint) {
  const auto kind = text(event, "event");
  const auto reason = text(event, "reason");
  if (kind == "link") return describe_link(event, with_hint);
  if (kind == "viewer_came")
    return fmt::format("A viewer has connected from {}.\n", text(event, "address"));
  if (kind == "viewer_left") return fmt::format("The viewer has left{}.\n", why_left(reason));
  if (kind != "ended" || reason == "expired") return {};
  if (reason == "idle") return "The live view has ended: nothing was done for long.\n";
  if (reason == "replaced") return "The live view has ended: another link was opened.\n";
  return "The live view has ended: lmbridged is stopping.\n";
}

}  // namespace lmbridge::ctl
