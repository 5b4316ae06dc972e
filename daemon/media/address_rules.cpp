#include "media/address_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace lmbridge::media {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view metadata = "an address of a cloud's metadata service";
constexpr std::string_view loopback = "a loopback address";
constexpr std::string_view private_network = "an address of a private network";
constexpr std::string_view link_local = "a link-local address";
constexpr std::string_view documentation = "an address for documentation";
constexpr std::string_view benchmarking = "an address for benchmarks";
constexpr std::string_view protocols = "an address reserved for protocols";
constexpr std::string_view reserved = "a reserved address";
constexpr std::string_view multicast = "a multicast address";
constexpr std::string_view unspecified = "an unspecified address";

struct RangeV4 {
  std::uint32_t first;
  unsigned bits;
  std::string_view reason;
};

constexpr std::uint32_t v4(unsigned a, unsigned b = 0, unsigned c = 0, unsigned d = 0) {
  return a << 24 | b << 16 | c << 8 | d;
}

/// The registry of RFC 6890 and what clouds put elsewhere; the first that matches counts.
constexpr auto ranges_v4 = std::to_array<RangeV4>({
    {.first = v4(169, 254, 169, 254), .bits = 32, .reason = metadata},
    {.first = v4(100, 100, 100, 200), .bits = 32, .reason = metadata},
    {.first = v4(192, 0, 0, 192), .bits = 32, .reason = metadata},
    {.first = v4(168, 63, 129, 16), .bits = 32, .reason = metadata},
    {.first = v4(0), .bits = 8, .reason = unspecified},
    {.first = v4(10), .bits = 8, .reason = private_network},
    {.first = v4(100, 64), .bits = 10, .reason = "an address of a carrier-grade NAT"},
    {.first = v4(127), .bits = 8, .reason = loopback},
    {.first = v4(169, 254), .bits = 16, .reason = link_local},
    {.first = v4(172, 16), .bits = 12, .reason = private_network},
    {.first = v4(192, 0, 0), .bits = 24, .reason = protocols},
    {.first = v4(192, 0, 2), .bits = 24, .reason = documentation},
    {.first = v4(192, 88, 99), .bits = 24, .reason = protocols},
    {.first = v4(192, 168), .bits = 16, .reason = private_network},
    {.first = v4(198, 18), .bits = 15, .reason = benchmarking},
    {.first = v4(198, 51, 100), .bits = 24, .reason = documentation},
    {.first = v4(203, 0, 113), .bits = 24, .reason = documentation},
    {.first = v4(224), .bits = 4, .reason = multicast},
    {.first = v4(255, 255, 255, 255), .bits = 32, .reason = "the broadcast address"},
    {.first = v4(240), .bits = 4, .reason = reserved},
});

std::optional<std::string_view> why_refused(const ip::address_v4& address) {
  const auto found = std::ranges::find_if(ranges_v4, [bits = address.to_uint()](const auto& range) {
    return (bits ^ range.first) >> (32 - range.bits) == 0;
  });
  return found == ranges_v4.end() ? std::nullopt : std::optional(found->reason);
}

using Groups = std::array<std::uint16_t, 8>;

struct RangeV6 {
  Groups first;
  unsigned bits;
  std::string_view reason;
  /// The group at which an address of IPv4 begins, by which such an address is judged; 0 for none.
  std::size_t embeds_v4_at = 0;
};

constexpr auto ranges_v6 = std::to_array<RangeV6>({
    {.first = {0xFD00, 0x0EC2, 0, 0, 0, 0, 0, 0x0254}, .bits = 128, .reason = metadata},
    {.first = {0xFD20, 0x00CE, 0, 0, 0, 0, 0, 0x0254}, .bits = 128, .reason = metadata},
    {.first = {}, .bits = 128, .reason = unspecified},
    {.first = {0, 0, 0, 0, 0, 0, 0, 1}, .bits = 128, .reason = loopback},
    {.first = {0, 0, 0, 0, 0, 0xFFFF}, .bits = 96, .reason = {}, .embeds_v4_at = 6},
    {.first = {0x0064, 0xFF9B}, .bits = 96, .reason = {}, .embeds_v4_at = 6},
    {.first = {0x0064, 0xFF9B, 1}, .bits = 48, .reason = private_network},
    {.first = {0x2001, 0x0DB8}, .bits = 32, .reason = documentation},
    {.first = {0x2001, 0x0002}, .bits = 48, .reason = benchmarking},
    // Teredo among them, whose address of IPv4 is only the server's.
    {.first = {0x2001}, .bits = 23, .reason = protocols},
    {.first = {0x2002}, .bits = 16, .reason = {}, .embeds_v4_at = 1},
    {.first = {0x3FFF}, .bits = 20, .reason = documentation},
    {.first = {0xFC00}, .bits = 7, .reason = "a unique-local address"},
    {.first = {0xFE80}, .bits = 10, .reason = link_local},
    {.first = {0xFEC0}, .bits = 10, .reason = private_network},
    {.first = {0xFF00}, .bits = 8, .reason = multicast},
});

Groups groups_of(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  Groups groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups.at(i) = static_cast<std::uint16_t>(bytes.at(2 * i) << 8 | bytes.at(2 * i + 1));
  }
  return groups;
}

bool holds(const RangeV6& range, const Groups& groups) {
  auto bits = range.bits;
  for (std::size_t i = 0; i < groups.size() && bits > 0; ++i) {
    const auto compared = std::min(bits, 16U);
    if ((groups.at(i) ^ range.first.at(i)) >> (16 - compared) != 0) return false;
    bits -= compared;
  }
  return true;
}

std::optional<std::string_view> why_refused(const ip::address_v6& address) {
  const auto groups = groups_of(address);
  const auto found = std::ranges::find_if(
      ranges_v6, [&groups](const auto& range) { return holds(range, groups); });
  if (found == ranges_v6.end()) {
    const bool global_unicast = groups[0] >> 13 == 1;
    return global_unicast ? std::nullopt : std::optional(reserved);
  }
  const auto at = found->embeds_v4_at;
  if (at == 0) return found->reason;
  return why_refused(
      ip::address_v4(static_cast<std::uint32_t>(groups.at(at)) << 16 | groups.at(at + 1)));
}

}  // namespace

std::optional<std::string_view> why_refused(const ip::address& address) {
  return address.is_v4() ? why_refused(address.to_v4()) : why_refused(address.to_v6());
}

bool is_localhost_name(std::string_view name) {
  constexpr std::string_view localhost = "localhost";
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() < localhost.size()) return false;
  const auto rest = name.size() - localhost.size();
  return base::equals_ignoring_case(name.substr(rest), localhost) &&
         (rest == 0 || name[rest - 1] == '.');
}

}  // namespace lmbridge::media
