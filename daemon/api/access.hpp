// Who may call: the API key, and, where there is none, the rules that keep web pages out.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"
#include "settings/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::api {

/// What a page of `origin` is told in access-control-allow-origin; nullopt when it may not read our
/// answers. Pages on loopback may, and those of server.allowed_origins.
std::optional<std::string> allowed_origin(std::string_view origin, const settings::Server& server);

/// Checks everything but OPTIONS requests and /healthz and returns the key that was given, which is
/// one of `settings`; nullptr where none is needed. Errors: invalid_api_key, forbidden.
///
/// Every web page that the user opens can send requests to loopback, so without a key a request
/// must not come from a foreign page, neither openly (Origin) nor through a name that was rebound
/// to our address (Host).
Result<const settings::ApiKey*> check_access(const http::Request& request,
                                             const settings::Settings& settings);

/// Where the client reaches us, for links to ourselves: `media.public_url`, else what its request
/// was sent to.
std::string public_url(const http::Request& request, const settings::Settings& settings);

/// The key in the header Authorization; empty where there is none.
std::string_view bearer_key(const http::Request& request);

/// For what needs no key: refuses foreign web pages, which can send requests to loopback, whether
/// openly (Origin) or through a name that was rebound to our address (Host). Error: forbidden.
Result<void> check_from_this_machine(const http::Request& request);

/// Whether the key that check_access() returned may be used for `model`. Error: forbidden.
Result<void> check_model(const settings::ApiKey* caller, std::string_view model);

}  // namespace lmbridge::api
