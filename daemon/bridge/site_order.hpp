// The request that has a session of the site answer (spec/protocol.md).
#pragma once

#include "arena/payload.hpp"
#include "bridge/page_protocol.hpp"
#include "settings/settings.hpp"

#include <string>

namespace lmbridge::bridge {

/// `body` is what arena::build_payload() made for the same endpoint.
Order site_order(const settings::Site& site, const arena::Endpoint& endpoint, std::string body);

}  // namespace lmbridge::bridge
