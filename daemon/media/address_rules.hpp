// Which addresses links of strangers must not lead to: those of this machine, of the networks
// around it, and of a cloud's metadata.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string_view>

namespace lmbridge::media {

/// Why nothing is fetched from `address`, e.g. "a loopback address"; nothing for an address of the
/// public internet. An address that carries one of IPv4 (mapped, NAT64, 6to4) is judged by that.
/// Of IPv6, only what is handed out as global unicast is public. The text is static.
std::optional<std::string_view> why_refused(const boost::asio::ip::address& address);

/// Whether `name` means this machine by definition (RFC 6761): "localhost" and all names under it.
bool is_localhost_name(std::string_view name);

}  // namespace lmbridge::media
