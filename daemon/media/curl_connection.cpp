#include "media/curl_connection.hpp"

namespace lmbridge::media {

void set_connection(CURL* easy, const CurlConnection& connection) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, connection.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, connection.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, connection.verify_tls ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, connection.verify_tls ? 2L : 0L);
  if (!connection.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, connection.ca_file.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(connection.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(connection.keepalive.count()));
  // Otherwise the end of a transfer would wait, on the I/O thread, for an answer of the DNS.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

}  // namespace lmbridge::media
