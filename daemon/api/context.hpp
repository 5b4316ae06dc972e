// What the routes work with; all of it outlives them.
#pragma once

#include "arena/model_catalog.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "bridge/bridge.hpp"
#include "settings/settings.hpp"

#include <chrono>

namespace lmbridge::api {

struct Context {
  const settings::Settings& settings;
  const arena::ModelCatalog& models;
  bridge::Bridge& bridge;
  base::IdSource& ids;
  const base::Clock& clock;
  base::Log& log;
  /// When the daemon started; `created` of the models.
  std::chrono::system_clock::time_point started;
};

}  // namespace lmbridge::api
