// Links that strangers hand over: checked for their shape and brought into one form. Nothing is
// fetched here.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::base {

struct LinkRules {
  /// http: as well as https: and data:.
  bool allow_http = false;
};

/// Bytes of the longest link that is not a data: link.
inline constexpr std::size_t web_link_limit = 8192;

/// Checks `link` and brings it into the form in which it is passed on; in place, because data:
/// links are large. Blanks around it go, and then
/// - a https: link is one of RFC 3986 with a host and without user or password; what such a link
///   has to escape but browsers take as it is, above all everything beyond ASCII, gets escaped;
/// - a data: link becomes `data:<type>/<subtype>;base64,<data>` with the declared type in lower
///   case and without parameters, and with data that is neither empty nor broken into lines.
/// Fails with invalid_request, without a param, and leaves `link` in whatever state it was in.
Result<void> normalize_link(std::string& link, const LinkRules& rules = {});

/// The parts of a data: link that normalize_link() has made.
struct DataLink {
  std::string_view media_type;
  std::string_view base64;
};

/// Nothing for links of other schemes.
std::optional<DataLink> split_data_link(std::string_view link);

/// Whether `text` begins with the scheme `scheme`, e.g. "data:", in any case.
bool has_scheme(std::string_view text, std::string_view scheme);

}  // namespace lmbridge::base
