// What a JSONC text holds, without where and how it is written.
#pragma once

#include "settings/jsonc.hpp"

#include <boost/json/value.hpp>

namespace lmbridge::settings {

/// Of equal keys the last counts.
boost::json::value to_json(const JsoncNode& node);

}  // namespace lmbridge::settings
