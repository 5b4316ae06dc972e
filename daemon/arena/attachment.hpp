// Pictures and files as the site takes them: with a name and a type that can be relied on.
#pragma once

#include "arena/payload.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace lmbridge::arena {

/// Makes an attachment of `url`, a link as base::normalize_link() leaves it.
///
/// The type of a data: link is the one that its bytes have, whatever it declares, and the link is
/// made to carry it; that of another link follows from its path, else it is taken for a PNG
/// (`is_picture`) or for something unknown. The name is `name` without what has no place in a file
/// name and with the extension of the type; `image_<id>` or `file_<id>` where nothing is left.
Attachment make_attachment(std::string url, std::string_view name, bool is_picture,
                           base::IdSource& ids);

/// Fails with attachment_too_large when `messages` have more than `most` attachments together.
Result<void> check_attachment_count(std::span<const Message> messages, std::size_t most);

}  // namespace lmbridge::arena
