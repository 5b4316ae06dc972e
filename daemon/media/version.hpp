// Versions as releases are called, compared as numbers.
#pragma once

#include "base/error.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::media {

struct Version {
  std::vector<std::uint32_t> numbers;
  /// "1.2" is older than "1.2.1" and the same as "1.2.0".
  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

/// "1.2.3" or "v1.2.3", two to four numbers. Nothing for others, such as those of previews.
std::optional<Version> parse_version(std::string_view text);

/// The version in what a server says: text that is one and nothing else, or an object of JSON with
/// it in "tag_name", as GitHub's releases have it, or in "version". Without the "v". Fails with
/// download_failed.
Result<std::string> version_in(std::string_view answer);

}  // namespace lmbridge::media
