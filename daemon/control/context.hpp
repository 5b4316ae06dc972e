// What the routes of the control socket work with.
#pragma once

#include "arena/session_refusals.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/task_group.hpp"
#include "bridge/bridge.hpp"
#include "control/machine_checks.hpp"
#include "control/worker.hpp"
#include "http/exchange.hpp"
#include "journal/recent.hpp"
#include "journal/recent_log.hpp"
#include "live/live.hpp"
#include "settings/live.hpp"
#include "settings/reloader.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::control {

/// All of it outlives the interface.
struct Parts {
  const settings::LiveSettings& settings;
  settings::Reloader& reloader;
  bridge::Bridge& bridge;
  const journal::Recent& recent;
  live::Live& live;
  arena::SessionRefusals& refusals;
  base::IdSource& ids;
  const base::Clock& clock;
  journal::RecentLog& log;
  /// When the daemon started.
  std::chrono::system_clock::time_point started;
  std::string version;
  MachinePlaces places;
  /// A newer one that is known of; else empty.
  std::function<std::string()> newer_version;
  /// Where the daemon can be reached now: names of its doors and their addresses.
  std::function<boost::json::object()> addresses;
  /// Why a model can't be asked, if so.
  std::function<std::optional<Error>(std::string_view model, const settings::Settings&)>
      why_unusable;
  /// Answers POST /v1/chat/completions of somebody who needs no key.
  http::Handler chat;
};

struct Context {
  const Parts& parts;
  Worker& worker;
  /// For what goes on when the call that has begun it is answered.
  base::TaskGroup& tasks;
  /// Captures of ids that wait for a request of a page.
  std::size_t& captures;
  boost::asio::any_io_executor executor;
};

/// What a route has to say.
struct Reply {
  unsigned status = 200;
  boost::json::object body;
};

}  // namespace lmbridge::control
