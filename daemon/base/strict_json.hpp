// JSON from strangers: bounded, and with nothing ambiguous let through.
#pragma once

#include "base/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace lmbridge::base {

struct JsonLimits {
  std::size_t depth = 64;
  /// Values of any kind in the whole document.
  std::size_t values = 200'000;
};

/// Parses one JSON document (RFC 8259). Refused, with the path of the field in Error::param:
/// invalid UTF-8, lone surrogates, duplicate keys, numbers that no double can hold, more depth or
/// values than `limits` allow, and anything after the document. The length of `text` is the
/// caller's to bound.
Result<boost::json::value> parse_strict_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace lmbridge::base
