#include "base/link.hpp"

#include "base/base64.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::base {
namespace {

using testing::HasSubstr;

/// The link as it is passed on, or "refused: " and the reason.
std::string normalized(std::string link, LinkRules rules = {}) {
  const auto done = normalize_link(link, rules);
  if (done) return link;
  EXPECT_EQ(done.error().code, ErrorCode::invalid_request);
  EXPECT_EQ(done.error().param, "");
  return "refused: " + done.error().message;
}

struct Form {
  std::string given;
  std::string passed_on;
};

void PrintTo(const Form& form, std::ostream* out) {
  *out << form.given;
}

class GoodLink : public testing::TestWithParam<Form> {};

TEST_P(GoodLink, IsPassedOnInOneForm) {
  EXPECT_EQ(normalized(GetParam().given), GetParam().passed_on);
  EXPECT_EQ(normalized(GetParam().passed_on), GetParam().passed_on) << "it must not change again";
}

INSTANTIATE_TEST_SUITE_P(
    Web, GoodLink,
    testing::Values(Form{"https://x.example/a.png?b=c#d", "https://x.example/a.png?b=c#d"},
                    Form{" https://x.example\n", "https://x.example"},
                    Form{"HTTPS://127.0.0.1:8443/a(1).png", "HTTPS://127.0.0.1:8443/a(1).png"},
                    Form{"https://[::1]/a%20b", "https://[::1]/a%20b"},
                    Form{"https://x.example/\xe4\xb8\xad.png?a={1|2}",
                         "https://x.example/%E4%B8%AD.png?a=%7B1%7C2%7D"}));

INSTANTIATE_TEST_SUITE_P(
    Data, GoodLink,
    testing::Values(
        Form{"data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="},
        Form{"DATA:Image/PNG;name=x.png; Base64,iVBORw0KGgo", "data:image/png;base64,iVBORw0KGgo="},
        Form{"data:;base64,QUJD", "data:text/plain;base64,QUJD"},
        Form{"data:image/png;base64,QU\r\n JD\tRA==\n", "data:image/png;base64,QUJDRA=="},
        Form{"data:image/png;base64,QUJDRA%3D%3D", "data:image/png;base64,QUJDRA=="},
        Form{"data:,a%20b%", "data:text/plain;base64,YSBiJQ=="},
        Form{"data:image/svg+xml;utf8,<svg a='('>\n</svg>",
             "data:image/svg+xml;base64," + base64_encoded("<svg a='('></svg>")}));

struct Refused {
  std::string link;
  std::string reason;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.link.substr(0, 100);
}

class BadLink : public testing::TestWithParam<Refused> {};

TEST_P(BadLink, IsRefusedWithTheReason) {
  EXPECT_THAT(normalized(GetParam().link), testing::StartsWith("refused: "));
  EXPECT_THAT(normalized(GetParam().link), HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Web, BadLink,
    testing::Values(
        Refused{"", "https: or data:"}, Refused{"file:///etc/passwd", "https: or data:"},
        Refused{"//x.example/a", "https: or data:"},
        Refused{"javascript:alert(1)", "https: or data:"},
        Refused{"http://x.example/", "server.allow_http_links"},
        Refused{"https:///a.png", "no host"}, Refused{"https:a.png", "no host"},
        Refused{"https:#", "no host"}, Refused{"https://u:p@x.example/", "user name or password"},
        Refused{"https://x.example\\@y.example/", "not a URL"},
        Refused{"https://x.example/a b", "blanks"},
        Refused{std::string("https://x.example/\0", 19), "control characters"},
        Refused{"https://x.example:port/", "port"}, Refused{"https://x.example:70000/", "port"},
        Refused{"https://x.example/" + std::string(9000, 'a'), "8192"}));

INSTANTIATE_TEST_SUITE_P(
    Data, BadLink,
    testing::Values(Refused{"data:image/png;base64", "no comma"}, Refused{"data:", "no comma"},
                    Refused{"data:" + std::string(5000, 'x') + ",a", "no comma"},
                    Refused{"data:png;base64,QUJD", "\"png\" is no media type"},
                    Refused{"data:image/;base64,QUJD", "no media type"},
                    Refused{"data:im age/png;base64,QUJD", "no media type"},
                    Refused{"data:image/png\n;base64,QUJD", "control characters"},
                    Refused{"data:image/png;base64,", "holds no data"},
                    Refused{"data:image/png;base64,==", "holds no data"},
                    Refused{"data:image/png,", "holds no data"},
                    Refused{"data:image/png;base64,QUJ!", "not base64"},
                    Refused{"data:image/png;base64,QU=JD", "not base64"},
                    Refused{"data:image/png;base64,QUJDR", "cut off"},
                    Refused{"data:image/png;base64,QUJDRA=", "wrongly padded"},
                    Refused{"data:image/png;base64,QUJD====", "wrongly padded"},
                    Refused{"data:text/plain,a\x01", "control characters"}));

TEST(Links, MayBeHttpWhereThatIsAllowed) {
  EXPECT_EQ(normalized("http://x.example/", {.allow_http = true}), "http://x.example/");
  EXPECT_THAT(normalized("http://u@x.example/", {.allow_http = true}), HasSubstr("user name"));
}

TEST(Links, OfDataAreTakenApart) {
  const auto parts = split_data_link("data:image/png;base64,QUJD");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->media_type, "image/png");
  EXPECT_EQ(parts->base64, "QUJD");
  EXPECT_FALSE(split_data_link("https://x.example/"));
}

TEST(Base64, KnowsTheTestVectorsOfTheRfc) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encoded(bytes), text);
    EXPECT_EQ(base64_decoded(text), bytes);
  }
}

TEST(Base64, DecodesAnyBeginningOfALongerText) {
  EXPECT_EQ(base64_decoded("Zm9vYmF"), "fooba");
  EXPECT_EQ(base64_decoded("Zm9vY"), "foo");
}

TEST(Base64, HasAnAlphabetOfSixtyFourLetters) {
  int known = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (is_base64_alphabet(std::string(1, static_cast<char>(byte)))) ++known;
  }
  EXPECT_EQ(known, 64);
  EXPECT_TRUE(is_base64_alphabet("azAZ09+/"));
}

}  // namespace
}  // namespace lmbridge::base
