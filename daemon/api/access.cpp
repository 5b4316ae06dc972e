#include "api/access.hpp"

#include "base/origin.hpp"
#include "base/text.hpp"
#include "settings/key_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::api {
using base::host_of_origin;
using base::is_loopback_host;
using base::without_port;

namespace {

bool is_listed(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::any_of(
      list, [text](const std::string& each) { return base::equals_ignoring_case(each, text); });
}

/// The key of the list that was given. All of them are compared, each in constant time, so that
/// the time tells nothing about any.
const settings::ApiKey* find_key(std::string_view given,
                                 const std::vector<settings::ApiKey>& keys) {
  const settings::ApiKey* found = nullptr;
  const auto hash = settings::hash_key(given);
  for (const auto& each : keys) {
    const bool is_same = each.hash.empty() ? base::equals_in_constant_time(given, each.key)
                                           : base::equals_in_constant_time(hash, each.hash);
    if (is_same) found = &each;
  }
  return found;
}

Result<const settings::ApiKey*> check_key(const http::Request& request,
                                          const std::vector<settings::ApiKey>& keys) {
  const auto wrong = [](std::string message) {
    return fail(ErrorCode::invalid_api_key, std::move(message));
  };
  const auto given = request.headers.get("authorization");
  if (!given) return wrong("an API key is needed: send the header Authorization: Bearer <key>");
  if (request.headers.count("authorization") > 1) {
    return wrong("there are two Authorization headers");
  }
  const auto bearer = bearer_key(request);
  const auto* key = bearer.empty() ? nullptr : find_key(bearer, keys);
  if (key == nullptr) {
    return wrong("the API key is none of those in the daemon's configuration (api_key, api_keys)");
  }
  return key;
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

std::string_view bearer_key(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto given = request.headers.get("authorization").value_or("");
  const bool is_bearer = base::equals_ignoring_case(given.substr(0, scheme.size()), scheme);
  return is_bearer ? given.substr(scheme.size()) : std::string_view();
}

Result<void> check_from_this_machine(const http::Request& request) {
  const auto host = without_port(request.headers.get("host").value_or("localhost"));
  const auto origin = request.headers.get("origin");
  if (is_loopback_host(host) && (!origin || is_loopback_host(host_of_origin(*origin)))) return {};
  return fail(ErrorCode::forbidden,
              "without a key only programs and web pages of this machine may do this, and under a "
              "name of its own such as 127.0.0.1");
}

std::optional<std::string> allowed_origin(std::string_view origin, const settings::Server& server) {
  if (is_listed(server.allowed_origins, "*")) return "*";
  if (is_loopback_host(host_of_origin(origin)) || is_listed(server.allowed_origins, origin)) {
    return std::string(origin);
  }
  return std::nullopt;
}

Result<const settings::ApiKey*> check_access(const http::Request& request,
                                             const settings::Settings& settings) {
  if (request.path == "/healthz") return nullptr;
  if (!settings.api_keys.empty()) return check_key(request, settings.api_keys);
  if (auto allowed = check_origin_and_host(request, settings.server); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return nullptr;
}

std::string public_url(const http::Request& request, const settings::Settings& settings) {
  if (!settings.pictures.public_url.empty()) return settings.pictures.public_url;
  const auto host = request.headers.get("host");
  // A unix socket has no host, whatever its client calls it.
  if (host && !host->empty() && !request.peer) return fmt::format("http://{}", *host);
  return fmt::format("http://{}:{}", settings.server.host, settings.server.port);
}

Result<void> check_model(const settings::ApiKey* caller, std::string_view model) {
  if (caller == nullptr || caller->models.empty()) return {};
  if (std::ranges::find(caller->models, model) != caller->models.end()) return {};
  return fail(ErrorCode::forbidden,
              fmt::format("the API key {} may not be used for the model {}: ask for one that "
                          "GET /v1/models lists, or add it to the key's \"models\" in api_keys",
                          base::quoted(caller->name), base::quoted(base::excerpt(model, 100))));
}

}  // namespace lmbridge::api
