// Parts of origins, and which hosts are this machine.
#pragma once

#include <string_view>

namespace lmbridge::base {

/// "name" of "name:port" and "[::1]" of "[::1]:port".
std::string_view without_port(std::string_view authority);

/// "lmarena.ai" of "https://lmarena.ai:443"; empty where there is no scheme. An origin has no path:
/// what looks like one stays, and is then no host that anybody has.
std::string_view host_of_origin(std::string_view origin);

/// The same of an address with a path.
std::string_view host_of_address(std::string_view url);

/// Whether a host, of IPv6 with or without brackets, can be nothing but this machine.
bool is_loopback_host(std::string_view host);

}  // namespace lmbridge::base
