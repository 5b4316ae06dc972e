// Changes values in a JSONC text and nothing else: comments, order, spacing and line ends stay.
#pragma once

#include "base/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lmbridge::settings {

/// The key of a member, or the index of an item.
using Step = std::variant<std::string, std::size_t>;

struct Edit {
  /// From the root down, e.g. {"gpt-x", 0U, "session_id"}; not empty.
  std::vector<Step> path;
  boost::json::value value;
};

/// `text` with `edits` made one after the other. A value is replaced where it stands; a missing
/// member is put behind the last one of its object, in the style found there, and missing objects
/// on the way are made; the index behind the last item of an array appends one. Whatever already
/// holds its value keeps its bytes. Fails with invalid_configuration when `text` is no JSONC or a
/// path leads through something that is no object or not in its array.
Result<std::string> edit(std::string_view text, std::span<const Edit> edits);

/// `text` without the member or item at `path`, which is not empty. Of equal keys all go. Errors:
/// not_found, invalid_configuration as above.
Result<std::string> remove(std::string_view text, std::span<const Step> path);

/// The same to a file, which is replaced at once (see replace_file()), and not touched when nothing
/// changes; the target of a link, not the link. Two programs that do this wait for each other, so
/// none loses its edit. Blocks for as long as the disk needs. On any error the file stays as it
/// was.
Result<void> edit_file(const std::filesystem::path& file, std::span<const Edit> edits);

/// The same for a change that has been made already: from `before`, which was read from the file,
/// to `after`. Fails with invalid_configuration when the file holds something else by now.
Result<void> exchange_text(const std::filesystem::path& file, std::string_view before,
                           std::string_view after);

}  // namespace lmbridge::settings
