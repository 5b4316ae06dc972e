// One POST to a file bed: the part of an upload that touches the network.
#pragma once

#include "base/error.hpp"
#include "media/curl_multi.hpp"
#include "media/file_bed_answer.hpp"
#include "media/file_bed_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace lmbridge::media {

struct TransferOptions {
  /// A URL or host:port; empty = none.
  std::string proxy;
  bool verify_tls = true;
  /// With the certificates that are trusted, in PEM; empty = the system's.
  std::string ca_file;
  std::chrono::milliseconds connect_timeout{0};
  /// Without a byte in either direction once there is a connection.
  std::chrono::milliseconds silence_timeout{0};
  CurlMulti::TimePoint deadline;
  /// How long a connection is kept without use.
  std::chrono::seconds keepalive{0};
};

/// Any status is an answer. Fails with upload_failed and the reason as a clause about the bed
/// ("could not be reached: Connection refused"), which does not tell its address. Redirects are not
/// followed, and answers are bounded to 64 KiB. I/O thread only; a task that is cancelled leaves
/// nothing behind.
boost::asio::awaitable<Result<FileBedReply>> transfer(CurlMulti& multi,
                                                      const FileBedRequest& request,
                                                      const TransferOptions& options);

}  // namespace lmbridge::media
