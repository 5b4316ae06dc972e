// What the service manager is told in the course of the daemon's life. Notifier says it.
#pragma once

#include "bridge/bridge.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace lmbridge::app {

/// What the line in `systemctl status` is made of.
struct ServiceView {
  bridge::Readiness readiness;
  std::size_t pages = 0;
  std::size_t ready_pages = 0;
  /// That run or wait for a place.
  std::size_t requests = 0;
};

ServiceView view_of(const bridge::Bridge& bridge);

/// "ready with 1 page", "waiting for a person: ...".
std::string status_line(const ServiceView& view);

/// I/O thread only. Silent where there is no service manager.
class ServiceStatus {
 public:
  /// The first browser is being started, which may take so long.
  void starting(std::chrono::milliseconds limit);
  /// Requests are accepted.
  void started();
  void reload_begins();
  void reload_ended();
  /// The daemon stops; running answers have so long to end.
  void stopping(std::chrono::milliseconds drain);
  /// The last requests are over.
  void closing_browser();

  /// Tells the line, if it is another one than before.
  void update(const ServiceView& view);

 private:
  void tell(std::string line);

  enum class Phase { starting, running, stopping } phase_ = Phase::starting;
  std::string line_;
};

}  // namespace lmbridge::app
