// GET /uploads/{name} of the file bed server.
#pragma once

#include "api/file_bed.hpp"

namespace lmbridge::api {

/// Hands out a file, or the part that the client asks for; in a way that no browser runs it.
boost::asio::awaitable<Result<void>> show_upload(http::Exchange& exchange, FileBedParts& parts);

}  // namespace lmbridge::api
