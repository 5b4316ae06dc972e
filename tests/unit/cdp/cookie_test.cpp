#include "cdp/cookie.hpp"

#include "cdp/protocol.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace lmbridge::cdp {
namespace {

namespace json = boost::json;

/// As Chromium prints them.
constexpr std::string_view complete = R"({"name":"n","value":"v=\"1\"","domain":".site.test",
    "path":"/deep","expires":1811500000.123456,"size":5,"httpOnly":true,"secure":true,
    "session":false,"sameSite":"None","priority":"High","sourceScheme":"Secure","sourcePort":8443,
    "partitionKey":{"topLevelSite":"https://top.test","hasCrossSiteAncestor":true}})";
constexpr std::string_view plain = R"({"name":"s","value":"","domain":"site.test","path":"/",
    "expires":-1,"size":1,"httpOnly":false,"secure":false,"session":true,"priority":"Medium",
    "sourceScheme":"NonSecure","sourcePort":-1})";

Cookie read(std::string_view text) {
  return Cookie::read(Fields(json::parse(text).as_object()));
}

json::value written(const Cookie& cookie) {
  std::string out;
  cookie.append(out);
  return json::parse(out);
}

TEST(ACookie, GoesBackWithAllThatItCameWith) {
  EXPECT_EQ(written(read(complete)), json::parse(R"({"name":"n","value":"v=\"1\"",
      "domain":".site.test","path":"/deep","expires":1811500000.123456,"httpOnly":true,
      "secure":true,"sameSite":"None","priority":"High","sourceScheme":"Secure","sourcePort":8443,
      "partitionKey":{"topLevelSite":"https://top.test","hasCrossSiteAncestor":true}})"));
}

TEST(ACookie, OfOneHostAndOneSessionGoesBackAsSuch) {
  EXPECT_EQ(written(read(plain)), json::parse(R"({"name":"s","value":"","url":"http://site.test/",
      "path":"/","httpOnly":false,"secure":false,"priority":"Medium","sourceScheme":"NonSecure",
      "sourcePort":-1})"));
}

TEST(ACookie, ThatIsSecureIsSetForAnAddressThatIsSecure) {
  auto cookie = read(plain);
  cookie.secure = true;
  EXPECT_EQ(written(cookie).at("url").as_string(), "https://site.test/");
}

TEST(ACookie, WithFieldsOfWrongTypesReadsAsEmpty) {
  const auto cookie =
      read(R"({"name":1,"expires":"soon","httpOnly":"yes","sourcePort":1.5,"partitionKey":"x"})");
  EXPECT_EQ(cookie.name, "");
  EXPECT_LT(cookie.expires, 0);
  EXPECT_FALSE(cookie.http_only);
  EXPECT_EQ(cookie.source_port, 0);
  EXPECT_EQ(cookie.partition_site, "");
}

TEST(ACookie, TellsThatItsPartitionHasNoName) {
  EXPECT_TRUE(read(R"({"name":"n","partitionKeyOpaque":true})").partition_is_opaque);
  EXPECT_FALSE(read(complete).partition_is_opaque);
}

TEST(ACookie, IsReadFromTheListOfTheBrowser) {
  const auto source = json::parse("{\"cookies\":[" + std::string(complete) + ",7]}").as_object();
  const auto reply = storage::GetCookies::Reply::read(Fields(source));
  ASSERT_EQ(reply.cookies.size(), 1U);
  EXPECT_EQ(reply.cookies[0], read(complete));
}

}  // namespace
}  // namespace lmbridge::cdp
