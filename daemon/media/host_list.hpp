// Hosts that an operator makes an exception for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::media {

/// `host` in the form in which hosts are compared: lower case, without the dot at the end of a name
/// and the brackets around an address of IPv6.
std::string comparable_host(std::string_view host);

/// Names and addresses that are meant exactly: "example.org" does not stand for "a.example.org".
class HostList {
 public:
  HostList() = default;
  explicit HostList(const std::vector<std::string>& hosts);

  [[nodiscard]] bool contains(std::string_view host) const;

 private:
  std::vector<std::string> hosts_;
};

}  // namespace lmbridge::media
