// Fetches what links lead to: pictures that the site has made, and files that requests name.
#pragma once

#include "base/error.hpp"
#include "base/log.hpp"
#include "media/curl_multi.hpp"
#include "media/download.hpp"
#include "media/host_list.hpp"
#include "media/proxies.hpp"
#include "media/turns.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace lmbridge::media {

struct FetcherOptions {
  /// Downloads at once, and the pause between the beginnings of two.
  Turns::Limits turns;
  std::chrono::milliseconds connect_timeout{20'000};
  /// Without any byte from the server.
  std::chrono::milliseconds silence_timeout{30'000};
  /// Of a fetch in all: its waiting, its redirects, its tries.
  std::chrono::milliseconds total_timeout{80'000};
  /// After network errors, and statuses 429 and 5xx.
  std::size_t max_retries = 2;
  /// Before the first of them; doubles with each.
  std::chrono::milliseconds retry_pause{500};
  /// Bytes of a file.
  std::size_t size_limit = 50UL * 1024 * 1024;
  /// Bytes of all files that are being fetched; set_options() leaves it as it was.
  std::size_t memory_limit = 512UL * 1024 * 1024;
  /// A download that takes longer is reported in the log.
  std::chrono::milliseconds slow_threshold{10'000};
  ConnectionLimits connections;
  std::chrono::seconds keepalive{30};
  std::chrono::seconds dns_cache_ttl{300};
  /// Hosts that may be at addresses that are not public.
  HostList allow_private_hosts;
  /// Hosts whose TLS certificates are not looked at.
  HostList tls_insecure_hosts;
  /// With the certificates that are trusted, in PEM; empty = the system's.
  std::string ca_file;
  std::string user_agent = "lmbridge";
};

struct Fetched {
  std::string bytes;
  /// As the server declares it, e.g. "image/png"; may be empty, and wrong.
  std::string content_type;
};

inline std::size_t cost_of(const Fetched& fetched) {
  return fetched.bytes.size() + fetched.content_type.size();
}

/// I/O thread only; outlives its fetches.
class Fetcher {
 public:
  Fetcher(const boost::asio::any_io_executor& executor, FetcherOptions options, Proxies proxies,
          base::Log& log);

  /// For fetches that begin from now on.
  void set_options(FetcherOptions options);

  /// What a http: or https: link leads to. Redirects are followed, but neither in circles nor from
  /// https: to http:; each is checked like the link itself. Fails with
  /// - download_refused: not a link that may be fetched, or an address that is not public;
  /// - download_forbidden: 401 or 403, it may only open inside of the site's session;
  /// - download_too_large, or download_failed for another status;
  /// - network_error, overloaded (too much is being fetched) and timed_out after all tries.
  /// Messages name the host, never the link. A task that is cancelled leaves nothing behind.
  boost::asio::awaitable<Result<Fetched>> fetch(std::string link);

  [[nodiscard]] std::size_t running() const { return turns_.taken(); }
  [[nodiscard]] std::size_t waiting() const { return turns_.waiting(); }
  /// Of all files that are being fetched.
  [[nodiscard]] std::size_t held_bytes() const { return room_.taken(); }

 private:
  class Fetch;

  boost::asio::any_io_executor executor_;
  /// Shared: with the fetches that began under it.
  std::shared_ptr<const FetcherOptions> options_;
  Proxies proxies_;
  base::Log& log_;
  Turns turns_;
  SharedRoom room_;
  CurlMulti multi_;
};

}  // namespace lmbridge::media
