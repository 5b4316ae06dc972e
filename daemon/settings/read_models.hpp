// models.json and model_endpoint_map.json.
#pragma once

#include "arena/endpoint_map.hpp"
#include "arena/model_catalog.hpp"
#include "settings/diagnostics.hpp"

namespace lmbridge::settings {

/// Models that can't be read are reported and left out.
arena::ModelCatalog read_models(const JsoncNode& root, Diagnostics& diagnostics);

/// Entries that don't say otherwise take mode and battle target of `defaults`. Those without proper
/// ids are left out with a warning; their model stays, if need be without a session.
arena::EndpointMap read_endpoints(const JsoncNode& root, const arena::Endpoint& defaults,
                                  Diagnostics& diagnostics);

}  // namespace lmbridge::settings
