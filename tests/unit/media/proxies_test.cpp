#include "media/proxies.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace lmbridge::media {
namespace {

Proxies with(std::map<std::string, std::string> variables) {
  return Proxies([&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(Proxies, AreNoneWithoutVariables) {
  EXPECT_EQ(with({}).of(true, "example.org"), "");
  EXPECT_EQ(with({{"https_proxy", ""}}).of(true, "example.org"), "");
  EXPECT_EQ(Proxies().of(false, "example.org"), "");
}

TEST(Proxies, AreChosenByScheme) {
  const auto proxies = with({{"http_proxy", "http://a:1"}, {"HTTPS_PROXY", "http://b:2"}});
  EXPECT_EQ(proxies.of(false, "example.org"), "http://a:1");
  EXPECT_EQ(proxies.of(true, "example.org"), "http://b:2");
}

TEST(Proxies, FallBackToTheOneForAll) {
  const auto proxies = with({{"all_proxy", "socks5://c:3"}, {"https_proxy", "http://b:2"}});
  EXPECT_EQ(proxies.of(false, "example.org"), "socks5://c:3");
  EXPECT_EQ(proxies.of(true, "example.org"), "http://b:2");
}

TEST(Proxies, DoNotComeFromAClientsHeader) {
  EXPECT_EQ(with({{"HTTP_PROXY", "http://evil:1"}}).of(false, "example.org"), "");
}

struct Exemption {
  const char* list;
  const char* host;
  bool exempt;
};

void PrintTo(const Exemption& each, std::ostream* out) {
  *out << each.host << " in " << each.list;
}

class NoProxy : public testing::TestWithParam<Exemption> {};

TEST_P(NoProxy, ExemptsWhatItNames) {
  const auto proxies = with({{"all_proxy", "http://c:3"}, {"no_proxy", GetParam().list}});
  EXPECT_EQ(proxies.of(true, GetParam().host).empty(), GetParam().exempt);
}

INSTANTIATE_TEST_SUITE_P(
    Each, NoProxy,
    testing::Values(
        Exemption{"*", "example.org", true}, Exemption{"example.org", "example.org", true},
        Exemption{"Example.ORG", "example.org", true},
        Exemption{"example.org", "a.example.org", true},
        Exemption{".example.org", "a.example.org", true},
        Exemption{".example.org", "example.org", true},
        Exemption{"example.org", "notexample.org", false},
        Exemption{"a.example.org", "example.org", false},
        Exemption{"one.test, example.org", "example.org", true},
        Exemption{"one.test example.org", "example.org", true},
        Exemption{",, ,", "example.org", false}, Exemption{"127.0.0.1", "127.0.0.1", true},
        Exemption{"0.0.1", "127.0.0.1", false}, Exemption{"10.0.0.0/8", "10.200.3.4", true},
        Exemption{"10.0.0.0/8", "11.0.0.1", false}, Exemption{"10.1.2.3/8", "10.200.3.4", true},
        Exemption{"10.0.0.0/40", "10.0.0.1", false},
        Exemption{"10.0.0.0/8", "10.example.org", false}, Exemption{"[::1]", "::1", true},
        Exemption{"fd00::/8", "fd12::1", true}, Exemption{"fd00::/8", "fe80::1", false}));

}  // namespace
}  // namespace lmbridge::media
