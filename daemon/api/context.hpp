// What the routes work with.
#pragma once

#include "api/ignored_field_log.hpp"
#include "arena/endpoint_selector.hpp"
#include "arena/session_refusals.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "bridge/bridge.hpp"
#include "journal/recent.hpp"
#include "live/live.hpp"
#include "media/file_beds.hpp"
#include "media/pictures.hpp"
#include "settings/live.hpp"

#include <chrono>

namespace lmbridge::api {

/// All of it outlives the interface.
struct Parts {
  const settings::LiveSettings& settings;
  bridge::Bridge& bridge;
  media::Pictures& pictures;
  media::FileBeds& file_beds;
  arena::EndpointSelector& endpoints;
  arena::SessionRefusals& refusals;
  base::IdSource& ids;
  const base::Clock& clock;
  base::Log& log;
  journal::Recent& recent;
  const live::Live& live;
  /// When the daemon started; `created` of the models.
  std::chrono::system_clock::time_point started;
};

/// The same for one request, with the settings under which it began; outlives its route.
struct Context {
  const settings::Settings& settings;
  bridge::Bridge& bridge;
  media::Pictures& pictures;
  media::FileBeds& file_beds;
  arena::EndpointSelector& endpoints;
  arena::SessionRefusals& refusals;
  base::IdSource& ids;
  const base::Clock& clock;
  base::Log& log;
  journal::Recent& recent;
  const live::Live& live;
  IgnoredFieldLog& ignored_fields;
  std::chrono::system_clock::time_point started;
  /// The key that was given; nullptr where none is needed.
  const settings::ApiKey* caller = nullptr;
};

}  // namespace lmbridge::api
