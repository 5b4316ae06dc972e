// Shows on a terminal that something is being waited for.
#pragma once

#include "ctl/session.hpp"

#include <string>

namespace lmbridge::ctl {

/// Turns while the session's client waits, on standard error if that is a terminal and people read
/// it; goes without a trace.
class Spinner {
 public:
  /// `what` is being done, e.g. "waiting until the daemon is ready".
  Spinner(Session& session, std::string what);
  Spinner(const Spinner&) = delete;
  Spinner& operator=(const Spinner&) = delete;
  ~Spinner();

 private:
  void turn();

  Client& client_;
  std::string what_;
  std::size_t turns_ = 0;
};

}  // namespace lmbridge::ctl
