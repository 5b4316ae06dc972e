// What the end of a transfer that went wrong means, in words.
#pragma once

#include "media/download.hpp"

#include <curl/curl.h>

#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::media {

struct RefusedAddress {
  std::string address;
  std::string_view reason;
};

/// What a transfer has seen on its way.
struct TransferFacts {
  /// libcurl's words; lives as long as the transfer.
  const char* details = "";
  /// There was a connection over which the request could be sent.
  bool connected = false;
  /// An address that no connection was made to.
  std::optional<RefusedAddress> refused;
  bool head_too_large = false;
  bool body_too_large = false;
  /// All downloads together hold too much.
  bool no_room = false;
  /// The body of an answer other than 200.
  bool unwanted_body_too_large = false;
};

/// `code` is not CURLE_OK. Pure but for the clock, which tells which timeout it was.
DownloadFailure describe_failure(const DownloadRequest& request, CURLcode code,
                                 const TransferFacts& seen);

}  // namespace lmbridge::media
