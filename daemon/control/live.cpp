#include "control/live.hpp"

#include "base/origin.hpp"
#include "base/text.hpp"
#include "bridge/page_list.hpp"
#include "control/replies.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;
using live::InvitationEvent;
using std::chrono::seconds;

namespace {

constexpr auto allowed = std::to_array<std::string_view>({"page", "base_url"});
constexpr seconds page_limit{10};

Result<std::string> optional_text(const json::object& body, std::string_view name) {
  if (!body.contains(name)) return std::string();
  return text_in(body, name);
}

/// Without a slash at its end.
Result<std::string> check_base_url(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const auto is_web = url.starts_with("http://") || url.starts_with("https://");
  const auto host = url.find("://") + 3;
  if (is_web && host < url.size() &&
      url.find_first_of("?#@ \t\r\n\"<>\\", host) == std::string::npos &&
      base::is_valid_utf8(url)) {
    return url;
  }
  return fail(ErrorCode::invalid_request,
              "base_url is what the link begins with, e.g. \"https://chat.example.org\"");
}

/// Where the listener can be reached, as far as the daemon knows.
std::string own_url(const Parts& parts) {
  const auto& given = parts.settings.current()->pictures.public_url;
  if (!given.empty()) return given;
  const auto addresses = parts.addresses();
  const auto* api = addresses.if_contains("api");
  std::string url(api == nullptr ? "" : std::string_view(api->as_string()));
  if (url.ends_with("/v1")) url.resize(url.size() - 3);
  const auto authority = std::string_view(url).substr(std::min(url.size(), url.find("://") + 3));
  const auto host = base::without_port(authority);
  if (host != "0.0.0.0" && host != "[::]") return url;
  // It listens everywhere: the machine's name is as good as any.
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return url;
  return fmt::format("http://{}{}", name.data(), authority.substr(host.size()));
}

struct Order {
  std::string page;
  std::string base_url;
};

Result<Order> read_order(const http::Request& request, const Parts& parts) {
  json::object body;
  if (!request.body.empty()) {
    auto given = object_in_body(request, allowed);
    if (!given) return std::unexpected(std::move(given.error()));
    body = *std::move(given);
  }
  auto page = optional_text(body, "page");
  if (!page) return std::unexpected(std::move(page.error()));
  auto url = optional_text(body, "base_url");
  if (!url) return std::unexpected(std::move(url.error()));
  auto checked = url->empty() ? Result<std::string>(own_url(parts)) : check_base_url(*url);
  if (!checked) return std::unexpected(std::move(checked.error()));
  return Order{.page = *std::move(page), .base_url = *std::move(checked)};
}

awaitable<Result<std::string>> find_page(std::string page, const Parts& parts) {
  if (page.empty()) co_return page;
  const auto browser = parts.bridge.shared_browser();
  if (browser == nullptr) co_return fail(ErrorCode::browser_gone, "there is no browser now");
  auto found = co_await bridge::find_page(browser->connection(), std::move(page), page_limit);
  if (!found) co_return std::unexpected(std::move(found.error()));
  co_return std::move(found->id);
}

awaitable<Result<void>> say(const InvitationEvent& event, EventStream& events) {
  switch (event.kind) {
    case InvitationEvent::Kind::viewer_came:
      return events.say("viewer_came", {{"address", event.address}});
    case InvitationEvent::Kind::viewer_left:
      return events.say("viewer_left", {{"address", event.address}, {"reason", event.reason}});
    case InvitationEvent::Kind::ended:
      return events.say("ended", {{"reason", event.reason}});
  }
  std::unreachable();
}

}  // namespace

awaitable<Result<void>> serve_live(const http::Request& request, const Context& context,
                                   EventStream& events) {
  const auto& parts = context.parts;
  auto order = read_order(request, parts);
  if (!order) co_return std::unexpected(std::move(order.error()));
  auto page = co_await find_page(std::move(order->page), parts);
  if (!page) co_return std::unexpected(std::move(page.error()));
  auto invitation = parts.live.invite(*std::move(page));
  if (!invitation) co_return std::unexpected(std::move(invitation.error()));
  const auto limit = parts.settings.current()->live_view.link;
  auto said = co_await events.say(
      "link", {{"url", order->base_url + live::Live::link_path(**invitation)},
               {"base_url", order->base_url},
               {"is_loopback", base::is_loopback_host(base::host_of_address(order->base_url))},
               {"expires_in", std::chrono::duration_cast<seconds>(limit).count()}});
  while (said) {
    const auto event = co_await (*invitation)->next();
    if (!event) break;
    said = co_await say(*event, events);
  }
  co_return said;
}

}  // namespace lmbridge::control
