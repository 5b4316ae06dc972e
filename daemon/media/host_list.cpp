#include "media/host_list.hpp"

#include <algorithm>

namespace lmbridge::media {

std::string comparable_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string comparable(host);
  std::ranges::transform(comparable, comparable.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return comparable;
}

HostList::HostList(const std::vector<std::string>& hosts) {
  hosts_.reserve(hosts.size());
  for (const auto& host : hosts) hosts_.push_back(comparable_host(host));
}

bool HostList::contains(std::string_view host) const {
  return std::ranges::find(hosts_, comparable_host(host)) != hosts_.end();
}

}  // namespace lmbridge::media
