// What a capture of ids is asked for.
#pragma once

#include "arena/types.hpp"
#include "base/error.hpp"
#include "bridge/steps.hpp"
#include "http/message.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::control {

struct CaptureWish {
  /// Whose ids they are to be; "" = the default ones.
  std::string model;
  /// Wins over what the request shows.
  std::optional<arena::Mode> mode;
  char battle_target = 'a';
  /// One more session of the model.
  bool append = false;
  bool check = true;
  std::chrono::seconds timeout{600};
  std::vector<bridge::Step> steps;
};

/// See capture_ids() for the body. What it does not say is as the settings have it. Errors:
/// invalid_request.
Result<CaptureWish> read_wish(const http::Request& request, const settings::Settings& settings);

}  // namespace lmbridge::control
