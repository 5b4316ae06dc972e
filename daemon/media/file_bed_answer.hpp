// What a file bed answers: the link of what was uploaded, or why there is none. Pure.
#pragma once

#include "base/error.hpp"
#include "settings/file_beds.hpp"

#include <string>
#include <string_view>

namespace lmbridge::media {

struct FileBedReply {
  int status = 0;
  /// At most as long as the transfer allows.
  std::string body = {};
  /// From the Location header; absolute where the status is a redirect's.
  std::string location = {};
};

/// A link that begins with https: or http:. Fails with upload_failed and the reason as a clause
/// about the bed ("answered with status 400: Invalid API key"), which may quote the bed but tells
/// none of its secrets.
Result<std::string> read_link(const settings::FileBed& bed, const FileBedReply& reply);

/// The fault lies in the file and not in the bed, which would take others.
bool is_about_the_file(const FileBedReply& reply);

/// `text` with the keys of `bed` made unreadable.
std::string without_secrets(const settings::FileBed& bed, std::string_view text);

}  // namespace lmbridge::media
