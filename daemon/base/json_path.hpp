// Paths into JSON documents, as people write them into configurations: "data.url", "files[0].url".
#pragma once

#include "base/error.hpp"

#include <boost/json/value.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::base {

/// Names of members and indexes of elements, from the root on.
using JsonPath = std::vector<std::string>;

/// Steps are parted by dots; an index may stand in brackets, too. Fails with invalid_request for
/// steps that are empty and brackets that hold no number or are not closed.
Result<JsonPath> parse_json_path(std::string_view text);

/// The value at `path`; nullptr when there is none.
const boost::json::value* find_at(const boost::json::value& root,
                                  std::span<const std::string> path);

}  // namespace lmbridge::base
