#include "bridge/cookie_text.hpp"

#include "tests/unit/result_test.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using cdp::Cookie;
using testing::ElementsAre;
using testing::HasSubstr;

std::string why_not(std::string_view text) {
  const auto parsed = parse_cookies(text);
  return parsed ? "it was taken" : parsed.error().message;
}

std::vector<Cookie> parsed(std::string_view text) {
  return test::must(parse_cookies(text));
}

TEST(CookieTexts, OfNetscapesFormAreRead) {
  EXPECT_THAT(
      parsed("# Netscape HTTP Cookie File\n\n"
             ".site.test\tTRUE\t/\tTRUE\t2000000000\tname\tva=lue\twith a tab\r\n"
             "#HttpOnly_site.test\tFALSE\t/a\tFALSE\t0\tsession\t\n"),
      ElementsAre(
          Cookie{.name = "name",
                 .value = "va=lue\twith a tab",
                 .domain = ".site.test",
                 .path = "/",
                 .expires = 2'000'000'000,
                 .secure = true},
          Cookie{.name = "session", .domain = "site.test", .path = "/a", .http_only = true}));
}

TEST(CookieTexts, SayTheirLineWhereTheyAreNone) {
  EXPECT_THAT(why_not("a b c"), HasSubstr("line 1: 7 fields"));
  EXPECT_THAT(why_not("# x\nsite.test\tYES\t/\tTRUE\t0\tn\tv"), HasSubstr("line 2: TRUE or FALSE"));
  EXPECT_THAT(why_not("site.test\tTRUE\t/\tTRUE\tsoon\tn\tv"), HasSubstr("expiry"));
  EXPECT_THAT(why_not("site.test\tTRUE\t/\tTRUE\t0\t\tv"), HasSubstr("name"));
  EXPECT_THAT(why_not("http://site.test\tTRUE\t/\tTRUE\t0\tn\tv"), HasSubstr("domain"));
  EXPECT_THAT(why_not("site.test\tTRUE\tx\tTRUE\t0\tn\tv"), HasSubstr("path"));
  EXPECT_THAT(why_not("# nothing else\n"), HasSubstr("no cookie"));
  EXPECT_THAT(why_not(""), HasSubstr("no cookie"));
}

TEST(CookieTexts, OfExtensionsAndOfPlaywrightAreRead) {
  const auto extension = parsed(R"([{"name":"n","value":"v","domain":"site.test","hostOnly":false,
    "path":"/","secure":true,"httpOnly":true,"sameSite":"no_restriction",
    "expirationDate":2000000000.5,"session":false,"storeId":"0"}])");
  EXPECT_THAT(extension, ElementsAre(Cookie{.name = "n",
                                            .value = "v",
                                            .domain = ".site.test",
                                            .path = "/",
                                            .expires = 2'000'000'000.5,
                                            .http_only = true,
                                            .secure = true,
                                            .same_site = "None"}));
  const auto playwright = parsed(R"({"cookies":[{"name":"n","value":"v","domain":"site.test",
    "path":"/","expires":-1,"httpOnly":false,"secure":false,"sameSite":"Lax"}],"origins":[]})");
  EXPECT_THAT(
      playwright,
      ElementsAre(Cookie{
          .name = "n", .value = "v", .domain = "site.test", .path = "/", .same_site = "Lax"}));
}

TEST(CookieTexts, OfJsonSayWhichCookieIsNone) {
  EXPECT_THAT(why_not("{"), HasSubstr("no JSON"));
  EXPECT_THAT(why_not(R"({"a":1})"), HasSubstr("no list"));
  EXPECT_THAT(why_not("[1]"), HasSubstr("cookie 1: it is no object"));
  EXPECT_THAT(why_not(R"([{"name":"a","domain":"a.b"},{"name":"a"}])"),
              HasSubstr("cookie 2: the domain"));
  EXPECT_THAT(why_not(R"([{"name":"a\r","domain":"a.b"}])"), HasSubstr("cookie 1: the name"));
}

TEST(CookieTexts, ComeBackAsTheyWereWritten) {
  const std::vector<Cookie> cookies{
      {.name = "a",
       .value = "1",
       .domain = ".site.test",
       .path = "/",
       .expires = 2'000'000'000,
       .http_only = true,
       .secure = true},
      {.name = "b", .value = "", .domain = "site.test", .path = "/b"}};
  EXPECT_EQ(parsed(cookies_to_netscape(cookies)), cookies);
  EXPECT_EQ(parsed(boost::json::serialize(cookies_to_json(cookies))), cookies);
}

TEST(CookieTexts, AreBounded) {
  std::string many;
  for (std::size_t i = 0; i <= most_cookies; ++i) many += "a.b\tFALSE\t/\tFALSE\t0\tn\tv\n";
  EXPECT_THAT(why_not(many), HasSubstr("more than 5000"));
}

}  // namespace
}  // namespace lmbridge::bridge
