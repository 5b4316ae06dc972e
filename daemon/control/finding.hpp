// What a look at the daemon and its surroundings has found.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <utility>

namespace lmbridge::control {

enum class Health { ok, warning, error };

/// "ok", "warning", "error".
std::string_view name(Health health);

struct Finding {
  /// What was looked at, a word or two for people: "sandbox".
  std::string check;
  Health health = Health::ok;
  std::string message;
  /// What to do about it; empty where nothing is to be done.
  std::string fix = {};
};

boost::json::object describe(const Finding& finding);

}  // namespace lmbridge::control
