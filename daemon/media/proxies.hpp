// Through which proxy a download goes, as the environment has it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::media {

/// The usual variables, read once: https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, no_proxy,
/// NO_PROXY and http_proxy. Not HTTP_PROXY: a web server's CGI makes that from a client's header.
class Proxies {
 public:
  /// The value of a variable; nullptr when it is not set.
  using Lookup = std::function<const char*(const char* name)>;

  /// None at all.
  Proxies() = default;
  explicit Proxies(const Lookup& variable);

  /// The proxy for links to `host` (as comparable_host() has it), a URL or host:port; empty = none.
  [[nodiscard]] std::string_view of(bool is_https, std::string_view host) const;

 private:
  [[nodiscard]] bool is_exempt(std::string_view host) const;

  std::string http_;
  std::string https_;
  /// Of no_proxy: "*", names that stand for all under them too, addresses, networks.
  std::vector<std::string> exempt_;
};

}  // namespace lmbridge::media
