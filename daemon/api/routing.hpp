// Where a chat goes: which model of the site, and which of its sessions.
#pragma once

#include "arena/endpoint_selector.hpp"
#include "arena/types.hpp"
#include "base/error.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::api {

struct Route {
  /// The session, in use as long as this lives.
  arena::EndpointSelector::Lease lease;
  /// Nothing where the choice of the model is left to the session.
  std::optional<std::string> model_id;
  arena::ModelType type = arena::ModelType::text;
};

/// Leases a session for `model`: one of its pool in model_endpoint_map.json, else the default one
/// where that is allowed. The type is the one that the session's entry gives, else that of
/// models.json, else text. Errors: model_not_found, session_ids_missing, and invalid_request where
/// only models with sessions of their own may be asked, and rate_limited.
Result<Route> find_route(std::string_view model, const settings::Settings& settings,
                         arena::EndpointSelector& endpoints);

/// The error of find_route() for `model`, whatever is known of its sessions at the moment.
std::optional<Error> why_no_route(std::string_view model, const settings::Settings& settings);

/// EndpointSelector::fresh_in() for the sessions of `model`, for which there is a route.
std::optional<std::chrono::milliseconds> fresh_session_in(std::string_view model,
                                                          const settings::Settings& settings,
                                                          const arena::EndpointSelector& endpoints);

/// The type that answers of `model` have: that of the first session of its pool, else that of
/// models.json, else text. Nothing when the model is in neither file.
std::optional<arena::ModelType> type_of(std::string_view model, const settings::Settings& settings);

/// 404 for a name that is in neither file.
Error unknown_model(std::string_view name);

}  // namespace lmbridge::api
