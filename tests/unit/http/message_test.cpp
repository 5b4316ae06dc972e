#include "http/message.hpp"

#include <gtest/gtest.h>

namespace lmbridge::http {
namespace {

TEST(HttpHeaders, AreFoundWhateverTheirCaseAndKeepTheirOrder) {
  Headers headers{{"Content-Type", "a"}, {"X-One", "1"}};
  headers.add("x-one", "2");
  EXPECT_EQ(headers.get("content-type"), "a");
  EXPECT_EQ(headers.get("X-ONE"), "1");
  EXPECT_EQ(headers.count("X-One"), 2U);
  EXPECT_EQ(headers.get("x-two"), std::nullopt);
  EXPECT_EQ(headers.count("x-two"), 0U);
  EXPECT_EQ(headers.entries().back().second, "2");
}

TEST(PercentEncoding, IsDecoded) {
  EXPECT_EQ(percent_decoded("plain"), "plain");
  EXPECT_EQ(percent_decoded("a%2Fb%2fc"), "a/b/c");
  EXPECT_EQ(percent_decoded("%E4%B8%AD"), "\xe4\xb8\xad");
  EXPECT_EQ(percent_decoded("%00").value().size(), 1U);
  EXPECT_EQ(percent_decoded("a+b"), "a+b");
  EXPECT_EQ(percent_decoded("%2525"), "%25");
  EXPECT_EQ(percent_decoded(""), "");
}

TEST(PercentEncoding, CutAndWrongEscapesAreRefused) {
  for (const auto* text : {"%", "%2", "abc%", "abc%f", "%zz", "%2g", "%-1", "%+1", "% 1", "%0x"}) {
    EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
  }
}

TEST(JsonResponses, SayThatTheyAreJson) {
  const auto response = json_response(404, "{}");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(response.headers.get("content-type"), "application/json");
  EXPECT_EQ(response.body, "{}");
}

}  // namespace
}  // namespace lmbridge::http
