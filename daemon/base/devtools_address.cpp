#include "base/devtools_address.hpp"

#include "base/link.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace lmbridge::base {
namespace {

/// What browsers listen on unless they are told otherwise.
constexpr std::string_view usual_port = "9222";

std::string without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

}  // namespace

std::string DevToolsAddress::authority() const {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<DevToolsAddress> read_devtools_address(std::string_view text) {
  const bool is_web_socket = has_scheme(text, "ws:");
  if (has_scheme(text, "wss:") || has_scheme(text, "https:")) {
    return fail(ErrorCode::invalid_request,
                "browsers do not encrypt DevTools: reach one on another machine through ssh -L, "
                "at ws://127.0.0.1:PORT");
  }
  if (!is_web_socket && !has_scheme(text, "http:")) {
    return fail(ErrorCode::invalid_request, "it must begin with ws:// or http://");
  }
  // The shape of both is the same, and that of links has been thought through.
  auto link = fmt::format("http:{}", text.substr(text.find(':') + 1));
  if (auto checked = normalize_link(link, {.allow_http = true}); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const auto url = boost::urls::parse_uri(link);
  if (!url) return fail(ErrorCode::invalid_request, "it is not a URL");
  DevToolsAddress address{
      .host = without_brackets(url->encoded_host()),
      .port = url->port().empty() ? std::string(usual_port) : std::string(url->port()),
      .target = std::string(url->encoded_target())};
  if (address.target == "/") address.target.clear();
  if (address.target.starts_with('?')) address.target.insert(0, "/");
  if (!is_web_socket && !address.target.empty()) {
    return fail(ErrorCode::invalid_request,
                "a http:// address has no path here: the browser is asked for it");
  }
  return address;
}

}  // namespace lmbridge::base
