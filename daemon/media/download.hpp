// One GET of one link, without following a redirect: what the fetcher's tries are made of.
#pragma once

#include "base/error.hpp"
#include "media/curl_multi.hpp"
#include "media/shared_room.hpp"
#include "media/target.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>

namespace lmbridge::media {

struct DownloadRequest {
  const Target& target;
  /// For the bodies of all downloads that are under way.
  SharedRoom& room;
  /// A URL or host:port; empty = none. What the proxy connects to is out of our sight.
  std::string proxy;
  /// Connections to addresses that are not public ones.
  bool allow_private = false;
  bool verify_tls = true;
  /// With the certificates that are trusted, in PEM; empty = the system's.
  std::string ca_file;
  std::string user_agent;
  /// Bytes of the body.
  std::size_t size_limit = 0;
  std::chrono::milliseconds connect_timeout{0};
  /// Without any byte from the server once there is a connection.
  std::chrono::milliseconds silence_timeout{0};
  CurlMulti::TimePoint deadline;
  /// How long a connection is kept without use, and an answer of the DNS at all.
  std::chrono::seconds keepalive{0};
  std::chrono::seconds dns_cache_ttl{0};
};

struct DownloadReply {
  int status = 0;
  /// As the server declares it; may be empty.
  std::string content_type;
  /// Only of an answer with status 200.
  std::string body;
  /// Where a redirect leads, made absolute; empty where there is none.
  std::string redirect;
  /// From Retry-After.
  std::chrono::seconds retry_after{0};
};

struct DownloadFailure {
  Error error;
  /// Whether another try may have more luck.
  bool transient = false;
};

/// Fails with download_refused (an address that is not public), download_too_large, overloaded,
/// network_error or timed_out; statuses of HTTP are no failures. The messages name the host, not
/// the link, which may be a secret. I/O thread only.
boost::asio::awaitable<std::expected<DownloadReply, DownloadFailure>> download(
    CurlMulti& multi, const DownloadRequest& request);

}  // namespace lmbridge::media
