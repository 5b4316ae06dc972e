// The head of one part of a form: which field it is, and of which file.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::http {

/// From strangers: a name or filename may hold slashes, dots, quotes and line breaks, but is valid
/// UTF-8 without a NUL.
struct PartHead {
  std::string name;
  /// Only files have one; it may be empty, as browsers send it where no file was chosen.
  std::optional<std::string> filename;
  /// As it was declared, with its parameters; empty where nothing was.
  std::string content_type;
};

/// `head` is header lines, each ending in CRLF, without the empty line. Of `filename` and
/// `filename*` (RFC 5987) the latter counts, and %22, %0D and %0A are read as browsers write them.
/// Errors: invalid_request.
Result<PartHead> parse_part_head(std::string_view head);

}  // namespace lmbridge::http
