// The configuration as it is in force, for people who want to see it.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string_view>

namespace lmbridge::settings {

/// Stands where a secret does.
inline constexpr std::string_view hidden = "(not shown)";

/// Every key that `config`, a config.jsonc without errors, gives or leaves at its default. Keys,
/// hashes and what may hold some are hidden; what has no effect is left out.
boost::json::object effective_config(std::string_view config);

/// The value at `path`, e.g. "server.listen" or "api_keys.0.name".
std::optional<boost::json::value> find_value(const boost::json::object& config,
                                             std::string_view path);

}  // namespace lmbridge::settings
