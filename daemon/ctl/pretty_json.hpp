// JSON as people like to read it.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace lmbridge::ctl {

/// A member a line, two blanks deeper than what it is in; arrays and objects without any in them
/// stay in their line.
std::string pretty_json(const boost::json::value& value);

}  // namespace lmbridge::ctl
