// Attachments that a request carries in itself, on their way to the site: uploaded, made smaller or
// left as they are.
#pragma once

#include "api/context.hpp"
#include "arena/payload.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>
#include <vector>

namespace lmbridge::api {

/// Settles every data: link of `messages`, whatever the role of its message:
/// - with file_bed_enabled it is uploaded, and a link to it takes its place;
/// - else it stays as it is where all fit into site.max_attachments_mb;
/// - else pictures are made smaller, each that is too large for its share (media.shrink_oversized).
/// Fails with attachment_too_large, which names the way out, with upload_failed and with
/// overloaded; `messages` are good for nothing then. A caller that is cancelled leaves nothing
/// behind. I/O thread only.
boost::asio::awaitable<Result<void>> settle_attachments(std::vector<arena::Message>& messages,
                                                        const Context& context,
                                                        std::string_view request_id);

}  // namespace lmbridge::api
