// The daemon's state on one screen. Pure: JSON in, text out.
#pragma once

#include "ctl/terminal.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// What GET /status answered, for people. Fields that are missing are left out.
std::string render_status(const boost::json::object& status, const Style& style,
                          std::chrono::system_clock::time_point now);

/// "45 s", "3 min", "5 h 2 min", "12 d 3 h".
std::string duration_text(std::chrono::seconds duration);

/// "12 s ago"; the time itself when it is not written as the daemon does.
std::string age_text(std::string_view iso_time, std::chrono::system_clock::time_point now);

}  // namespace lmbridge::ctl
