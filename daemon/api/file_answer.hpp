// Files as answers: whole or in part, and not at all to those who have them (RFC 9110, sections 13
// and 14).
#pragma once

#include "base/error.hpp"
#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace lmbridge::api {

struct ServedFile {
  /// What is sent with it, whatever part it is.
  http::Headers headers;
  /// Without quotes; another one whenever the content is.
  std::string etag;
  std::uint64_t size = 0;
  /// So many bytes from `offset` on.
  std::function<boost::asio::awaitable<Result<std::string>>(std::uint64_t offset,
                                                            std::size_t length)>
      read;
};

/// Answers the request for `file`. Never more than a piece of it is in memory. An error that comes
/// before the answer has begun is the caller's to send; later ones have ended the connection.
boost::asio::awaitable<Result<void>> send_file(http::Exchange& exchange, ServedFile file);

}  // namespace lmbridge::api
