#include "media/proxies.hpp"

#include "media/host_list.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace lmbridge::media {
namespace {

namespace ip = boost::asio::ip;

/// The first of the variables that is set to something.
std::string first_set(const Proxies::Lookup& variable, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    const auto* value = variable(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::vector<std::string> split(std::string_view list) {
  constexpr std::string_view separators = ", \t";
  std::vector<std::string> items;
  while (!list.empty()) {
    const auto size = std::min(list.find_first_of(separators), list.size());
    auto item = list.substr(0, size);
    list.remove_prefix(std::min(size + 1, list.size()));
    if (item.starts_with('.')) item.remove_prefix(1);
    if (!item.empty()) items.push_back(comparable_host(item));
  }
  return items;
}

template <class Network, class Address>
bool is_inside(const Network& network, const Address& address) {
  return Network(address, network.prefix_length()).canonical() == network.canonical();
}

/// Whether `address` is in the network `text`, e.g. "10.0.0.0/8".
bool is_in_network(const ip::address& address, const std::string& text) {
  boost::system::error_code error;
  if (address.is_v4()) {
    const auto network = ip::make_network_v4(text, error);
    return !error && is_inside(network, address.to_v4());
  }
  const auto network = ip::make_network_v6(text, error);
  return !error && is_inside(network, address.to_v6());
}

bool is_under(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

Proxies::Proxies(const Lookup& variable)
    : http_(first_set(variable, {"http_proxy", "all_proxy", "ALL_PROXY"})),
      https_(first_set(variable, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})),
      exempt_(split(first_set(variable, {"no_proxy", "NO_PROXY"}))) {}

std::string_view Proxies::of(bool is_https, std::string_view host) const {
  const std::string_view proxy = is_https ? https_ : http_;
  return proxy.empty() || is_exempt(host) ? std::string_view() : proxy;
}

bool Proxies::is_exempt(std::string_view host) const {
  boost::system::error_code error;
  const auto address = ip::make_address(host, error);
  return std::ranges::any_of(exempt_, [&](const std::string& item) {
    if (item == "*" || item == host) return true;
    return error ? is_under(host, item) : is_in_network(address, item);
  });
}

}  // namespace lmbridge::media
