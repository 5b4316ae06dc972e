#include "base/origin.hpp"

#include "base/text.hpp"

namespace lmbridge::base {

std::string_view without_port(std::string_view authority) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? authority.substr(0, colon) : authority;
}

std::string_view host_of_origin(std::string_view origin) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return {};
  return without_port(origin.substr(scheme_end + 3));
}

std::string_view host_of_address(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  return host_of_origin(url.substr(0, url.find('/', scheme_end + 3)));
}

bool is_loopback_host(std::string_view host) {
  const bool dotted =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return dotted || host == "[::1]" || host == "::1" || equals_ignoring_case(host, "localhost");
}

}  // namespace lmbridge::base
