#include "app/service_status.hpp"

#include "app/notifier.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::app {
using bridge::BridgeState;
using bridge::PageState;

namespace {

/// For what comes beside the time that is limited: closing listeners, the browser and its profile.
constexpr std::chrono::seconds margin{20};

/// "draining: 2 requests are left", "draining: no requests are left"
std::string left(std::string_view what, std::size_t requests) {
  if (requests == 0) return fmt::format("{}: no requests are left", what);
  return fmt::format("{}: {} {} left", what, base::counted(requests, "request"),
                     requests == 1 ? "is" : "are");
}

std::string ready_line(const ServiceView& view) {
  if (view.ready_pages == view.pages) {
    return fmt::format("ready with {}", base::counted(view.pages, "page"));
  }
  return fmt::format("ready with {} of {}", view.ready_pages, base::counted(view.pages, "page"));
}

}  // namespace

ServiceView view_of(const bridge::Bridge& bridge) {
  const auto& pages = bridge.pages();
  const auto ready = std::ranges::count_if(
      pages, [](const auto& page) { return page->state() == PageState::ready; });
  return {.readiness = bridge.readiness(),
          .pages = pages.size(),
          .ready_pages = static_cast<std::size_t>(ready),
          .requests = bridge.running() + bridge.line().size()};
}

std::string status_line(const ServiceView& view) {
  switch (view.readiness.state) {
    case BridgeState::ready:
      return ready_line(view);
    case BridgeState::not_ready:
      return "not ready: " + view.readiness.reason;
    case BridgeState::needs_verification:
    case BridgeState::needs_sign_in:
      return "waiting for a person: " + view.readiness.reason;
    case BridgeState::crash_loop:
      return "crash loop: " + view.readiness.reason;
    case BridgeState::draining:
      return left("draining", view.requests);
    case BridgeState::shutting_down:
      return left("stopping", view.requests);
  }
  return {};
}

void ServiceStatus::starting(std::chrono::milliseconds limit) {
  Notifier::extend_timeout(limit + margin);
}

void ServiceStatus::started() {
  phase_ = Phase::running;
  Notifier::ready();
}

void ServiceStatus::reload_begins() {
  // In other phases READY=1, which ends a reload, would say what is not true.
  if (phase_ == Phase::running) Notifier::reloading();
}

void ServiceStatus::reload_ended() {
  if (phase_ == Phase::running) Notifier::ready();
}

void ServiceStatus::stopping(std::chrono::milliseconds drain) {
  phase_ = Phase::stopping;
  Notifier::stopping();
  Notifier::extend_timeout(drain + margin);
}

void ServiceStatus::closing_browser() {
  tell("stopping: closing the browser");
}

void ServiceStatus::update(const ServiceView& view) {
  tell(status_line(view));
}

void ServiceStatus::tell(std::string line) {
  if (line == line_) return;
  line_ = std::move(line);
  Notifier::status(line_);
}

}  // namespace lmbridge::app
