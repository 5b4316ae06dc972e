#include "api/access.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace lmbridge::api {
namespace {

/// "name" of "name:port" and "[::1]" of "[::1]:port".
std::string_view without_port(std::string_view authority) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? authority.substr(0, colon) : authority;
}

std::string_view host_of_origin(std::string_view origin) {
  const auto scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos ? std::string_view()
                                              : without_port(origin.substr(scheme_end + 3));
}

bool is_listed(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::any_of(
      list, [text](const std::string& each) { return base::equals_ignoring_case(each, text); });
}

Result<void> check_key(const http::Request& request, std::string_view key) {
  const auto wrong = [](std::string message) {
    return fail(ErrorCode::invalid_api_key, std::move(message));
  };
  const auto given = request.headers.get("authorization");
  if (!given) return wrong("an API key is needed: send the header Authorization: Bearer <key>");
  if (request.headers.count("authorization") > 1) {
    return wrong("there are two Authorization headers");
  }
  constexpr std::string_view scheme = "Bearer ";
  const bool is_bearer = given->size() > scheme.size() &&
                         base::equals_ignoring_case(given->substr(0, scheme.size()), scheme);
  if (!is_bearer || !base::equals_in_constant_time(given->substr(scheme.size()), key)) {
    return wrong("the API key is not the one in the daemon's configuration (api_key)");
  }
  return {};
}

Result<void> check_origin_and_host(const http::Request& request, const settings::Server& server) {
  const auto origin = request.headers.get("origin");
  if (origin && !allowed_origin(*origin, server)) {
    return fail(ErrorCode::forbidden,
                "web pages of this origin may not call the daemon: add it to "
                "server.allowed_origins, or set api_key");
  }
  const auto host = without_port(request.headers.get("host").value_or("localhost"));
  if (!is_loopback_host(host) && !is_listed(server.hosts, host)) {
    return fail(
        ErrorCode::forbidden,
        "the daemon is not known by this host name: add it to server.hosts, or set api_key");
  }
  return {};
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  const bool dotted =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return dotted || host == "[::1]" || base::equals_ignoring_case(host, "localhost");
}

std::optional<std::string> allowed_origin(std::string_view origin, const settings::Server& server) {
  if (is_listed(server.allowed_origins, "*")) return "*";
  if (is_loopback_host(host_of_origin(origin)) || is_listed(server.allowed_origins, origin)) {
    return std::string(origin);
  }
  return std::nullopt;
}

Result<void> check_access(const http::Request& request, const settings::Settings& settings) {
  if (request.path == "/healthz") return {};
  if (!settings.api_keys.empty()) return check_key(request, settings.api_keys.front().key);
  return check_origin_and_host(request, settings.server);
}

}  // namespace lmbridge::api
