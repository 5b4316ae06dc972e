#include "media/address_rules.hpp"

#include <gtest/gtest.h>

namespace lmbridge::media {
namespace {

namespace ip = boost::asio::ip;

struct Case {
  const char* address;
  /// Empty: public.
  const char* reason = "";
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.address;
}

class Address : public testing::TestWithParam<Case> {};

TEST_P(Address, IsRefusedWithItsReasonUnlessItIsPublic) {
  const auto reason = why_refused(ip::make_address(GetParam().address));
  EXPECT_EQ(reason.value_or(""), GetParam().reason);
}

constexpr auto metadata = "an address of a cloud's metadata service";
constexpr auto loopback = "a loopback address";
constexpr auto private_network = "an address of a private network";
constexpr auto carrier = "an address of a carrier-grade NAT";
constexpr auto link_local = "a link-local address";
constexpr auto documentation = "an address for documentation";
constexpr auto benchmarking = "an address for benchmarks";
constexpr auto protocols = "an address reserved for protocols";
constexpr auto reserved = "a reserved address";
constexpr auto multicast = "a multicast address";
constexpr auto unspecified = "an unspecified address";
constexpr auto unique_local = "a unique-local address";

INSTANTIATE_TEST_SUITE_P(
    V4, Address,
    testing::Values(
        Case{"0.0.0.0", unspecified}, Case{"0.255.255.255", unspecified}, Case{"1.0.0.0"},
        Case{"9.255.255.255"}, Case{"10.0.0.0", private_network},
        Case{"10.255.255.255", private_network}, Case{"11.0.0.0"}, Case{"100.63.255.255"},
        Case{"100.64.0.0", carrier}, Case{"100.127.255.255", carrier}, Case{"100.128.0.0"},
        Case{"100.100.100.200", metadata}, Case{"126.255.255.255"}, Case{"127.0.0.1", loopback},
        Case{"127.255.255.254", loopback}, Case{"128.0.0.0"}, Case{"168.63.129.16", metadata},
        Case{"168.63.129.17"}, Case{"169.253.255.255"}, Case{"169.254.0.1", link_local},
        Case{"169.254.169.254", metadata}, Case{"169.254.169.253", link_local}, Case{"169.255.0.0"},
        Case{"172.15.255.255"}, Case{"172.16.0.0", private_network},
        Case{"172.31.255.255", private_network}, Case{"172.32.0.0"}, Case{"192.0.0.1", protocols},
        Case{"192.0.0.192", metadata}, Case{"192.0.1.0"}, Case{"192.0.2.1", documentation},
        Case{"192.0.3.0"}, Case{"192.88.99.1", protocols}, Case{"192.167.255.255"},
        Case{"192.168.0.1", private_network}, Case{"192.168.255.255", private_network},
        Case{"192.169.0.0"}, Case{"198.17.255.255"}, Case{"198.18.0.0", benchmarking},
        Case{"198.19.255.255", benchmarking}, Case{"198.20.0.0"},
        Case{"198.51.100.7", documentation}, Case{"203.0.113.7", documentation},
        Case{"223.255.255.255"}, Case{"224.0.0.1", multicast}, Case{"239.255.255.255", multicast},
        Case{"240.0.0.0", reserved}, Case{"255.255.255.254", reserved},
        Case{"255.255.255.255", "the broadcast address"}, Case{"8.8.8.8"}));

INSTANTIATE_TEST_SUITE_P(
    V6, Address,
    testing::Values(
        Case{"::", unspecified}, Case{"::1", loopback}, Case{"::2", reserved},
        Case{"::127.0.0.1", reserved}, Case{"100::1", reserved}, Case{"1fff:ffff::1", reserved},
        Case{"2000::1"}, Case{"2001::1", protocols}, Case{"2001:0:5ef5:79fd::1", protocols},
        Case{"2001:2::1", benchmarking}, Case{"2001:1ff::1", protocols}, Case{"2001:200::1"},
        Case{"2001:4860:4860::8888"}, Case{"2001:db8::1", documentation}, Case{"2001:db9::1"},
        Case{"2606:4700::1111"}, Case{"3ffe::1"}, Case{"3fff:fff::1", documentation},
        Case{"3fff:1000::1"}, Case{"4000::1", reserved}, Case{"5f00::1", reserved},
        Case{"fbff::1", reserved}, Case{"fc00::1", unique_local},
        Case{"fd12:3456::1", unique_local}, Case{"fd00:ec2::254", metadata},
        Case{"fd00:ec2::253", unique_local}, Case{"fd20:ce::254", metadata},
        Case{"fe00::1", reserved}, Case{"fe80::1", link_local}, Case{"fe80::1%1", link_local},
        Case{"febf::1", link_local}, Case{"fec0::1", private_network}, Case{"ff02::1", multicast}));

INSTANTIATE_TEST_SUITE_P(
    V4InV6, Address,
    testing::Values(Case{"::ffff:127.0.0.1", loopback}, Case{"::ffff:10.1.2.3", private_network},
                    Case{"::ffff:169.254.169.254", metadata}, Case{"::ffff:8.8.8.8"},
                    Case{"64:ff9b::7f00:1", loopback}, Case{"64:ff9b::a9fe:a9fe", metadata},
                    Case{"64:ff9b::808:808"}, Case{"64:ff9b:1::808:808", private_network},
                    Case{"64:ff9b::1:808:808", reserved}, Case{"2002:7f00:1::", loopback},
                    Case{"2002:c0a8:101::1", private_network}, Case{"2002:808:808::1"}));

TEST(LocalhostName, IsLocalhostAndAllUnderIt) {
  EXPECT_TRUE(is_localhost_name("localhost"));
  EXPECT_TRUE(is_localhost_name("LocalHost."));
  EXPECT_TRUE(is_localhost_name("a.b.localhost"));
  EXPECT_FALSE(is_localhost_name("notlocalhost"));
  EXPECT_FALSE(is_localhost_name("localhost.example.org"));
  EXPECT_FALSE(is_localhost_name("host"));
  EXPECT_FALSE(is_localhost_name(""));
}

}  // namespace
}  // namespace lmbridge::media
