// Asks one small question in one session of the site, to see whether its ids are good.
#pragma once

#include "arena/endpoint_map.hpp"
#include "arena/session_refusals.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "bridge/admission.hpp"
#include "settings/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace lmbridge::bridge {

struct TrialAnswer {
  /// The beginning of it, for people.
  std::string text;
  std::chrono::milliseconds took{};
};

/// What a trial works with; all of it outlives it.
struct TrialParts {
  boost::asio::any_io_executor executor;
  Admission& admission;
  const settings::Settings& settings;
  base::IdSource& ids;
  const base::Clock& clock;
  arena::SessionRefusals& refusals;
};

/// Waits for a place in a page like any other request. `model` names what is asked, by models.json;
/// "" leaves it to the session. Errors: those of an answer, and timed_out after `limit`. I/O thread
/// only.
boost::asio::awaitable<Result<TrialAnswer>> try_session(TrialParts parts, std::string model,
                                                        arena::PoolEntry session,
                                                        std::chrono::milliseconds limit);

}  // namespace lmbridge::bridge
