#include "control/cookies.hpp"

#include "base/origin.hpp"
#include "bridge/cookie_text.hpp"
#include "control/replies.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lmbridge::control {
using boost::asio::awaitable;

awaitable<Result<Reply>> export_cookies(const http::Request&, const Context& context) {
  const auto cookies = co_await context.parts.bridge.cookies();
  if (!cookies) co_return std::unexpected(cookies.error());
  co_return Reply{.body = {{"cookies", bridge::cookies_to_json(*cookies)},
                           {"netscape", bridge::cookies_to_netscape(*cookies)}}};
}

awaitable<Result<Reply>> import_cookies(const http::Request& request, const Context& context) {
  constexpr std::array<std::string_view, 1> members{"text"};
  const auto body = object_in_body(request, members);
  if (!body) co_return std::unexpected(body.error());
  const auto text = text_in(*body, "text");
  if (!text) co_return std::unexpected(text.error());
  auto cookies = bridge::parse_cookies(*text);
  if (!cookies) co_return std::unexpected(std::move(cookies.error()));
  const auto settings = context.parts.settings.current();
  const auto host = base::host_of_origin(settings->site.origin);
  const auto of_site = std::ranges::count_if(
      *cookies, [host](const cdp::Cookie& cookie) { return cdp::is_sent_to(cookie, host); });
  const auto count = cookies->size();
  const auto imported = co_await context.parts.bridge.import_cookies(*std::move(cookies));
  if (!imported) co_return std::unexpected(imported.error());
  co_return Reply{.body = {{"cookies", count}, {"site", of_site}}};
}

}  // namespace lmbridge::control
