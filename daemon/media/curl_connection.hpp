// How a transfer of libcurl reaches its server, whatever it is for.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string>

namespace lmbridge::media {

struct CurlConnection {
  /// A URL or host:port; empty = none.
  const std::string& proxy;
  bool verify_tls;
  /// With the certificates that are trusted, in PEM; empty = the system's.
  const std::string& ca_file;
  const std::string& user_agent;
  std::chrono::milliseconds connect_timeout;
  /// How long it is kept without use.
  std::chrono::seconds keepalive;
};

/// Sets all of it for `easy`: http: and https: alone, HTTP/2 where there is TLS, redirects left to
/// the caller.
void set_connection(CURL* easy, const CurlConnection& connection);

}  // namespace lmbridge::media
