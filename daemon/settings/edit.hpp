// Changes values in a JSONC text and nothing else: comments, order, spacing and line ends stay.
#pragma once

#include "base/error.hpp"
#include "settings/step.hpp"

#include <boost/json/value.hpp>

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::settings {

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

/// `text` with one more item at the end of the array at `path`, laid out as those before it. Where
/// there is no value an array is made, and around one that is no array, so that it is the first
/// item. Errors as in edit().
Result<std::string> append_item(std::string_view text, std::span<const Step> path,
                                const boost::json::value& value);

/// Changes a file, which is replaced at once (see replace_file()), and not touched when nothing
/// changes; the target of a link, not the link. `change` gets its text, "" where there is no file,
/// which is made then. Two programs that do this wait for each other, so none loses its edit.
/// Blocks for as long as the disk needs. On any error the file stays as it was.
Result<void> change_file(const std::filesystem::path& file,
                         const std::function<Result<std::string>(std::string_view)>& change);

/// edit() to a file that is there.
Result<void> edit_file(const std::filesystem::path& file, std::span<const Edit> edits);

/// The same for a change that has been made already: from `before`, which was read from the file,
/// to `after`. Fails with invalid_configuration when the file holds something else by now.
Result<void> exchange_text(const std::filesystem::path& file, std::string_view before,
                           std::string_view after);

}  // namespace lmbridge::settings
