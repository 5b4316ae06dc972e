// Says once in the log which request fields have no effect.
#pragma once

#include "base/log.hpp"

#include <set>
#include <span>
#include <string>

namespace lmbridge::api {

/// One a daemon, I/O thread only: clients send the same fields with every request, and a line for
/// each would hide what matters.
class IgnoredFieldLog {
 public:
  /// Names come from strangers: what is beyond goes unmentioned.
  static constexpr std::size_t most = 200;

  explicit IgnoredFieldLog(base::Log& log) : log_(log) {}

  /// Logs those of `fields` that have not been named yet.
  void note(std::span<const std::string> fields);

 private:
  base::Log& log_;
  std::set<std::string> named_;
};

}  // namespace lmbridge::api
