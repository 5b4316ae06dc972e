#include "media/version.hpp"

#include <gmock/gmock.h>

namespace lmbridge::media {
namespace {

TEST(Versions, AreComparedAsNumbers) {
  const auto version = [](std::string_view text) { return parse_version(text).value(); };
  EXPECT_LT(version("0.9.0"), version("0.10.0"));
  EXPECT_LT(version("0.9.9"), version("v1.0"));
  EXPECT_EQ(version("1.2"), version("1.2.0"));
  EXPECT_GT(version("1.2.0.1"), version("1.2"));
}

TEST(Versions, AreNumbersWithDotsAndNothingElse) {
  for (const auto* text : {"", "1", "v", "1.", ".1", "1..2", "1.2-rc1", "1.2 ", " 1.2", "-1.2",
                           "1.2.3.4.5", "1.99999999999", "one", "vv1.2", "1.2\n"}) {
    EXPECT_FALSE(parse_version(text)) << text;
  }
}

TEST(TheVersionInAnAnswer, StandsThereAloneOrInAMemberOfJson) {
  EXPECT_EQ(version_in("1.2.3\n"), "1.2.3");
  EXPECT_EQ(version_in("  v1.2.3\r\n"), "1.2.3");
  EXPECT_EQ(version_in(R"({"url":"x","tag_name":"v0.2.0","body":"…"})"), "0.2.0");
  EXPECT_EQ(version_in(R"({"version":"0.3.0"})"), "0.3.0");
}

TEST(TheVersionInAnAnswer, IsMissedWithASampleOfWhatIsThere) {
  for (const auto* answer :
       {"", "{}", "[\"1.2.3\"]", R"({"tag_name":7})", R"({"tag_name":"nightly"})",
        "<html>1.2.3</html>", "1.2.3\n4.5.6", "1.2.3 is out\x1b[2J"}) {
    const auto version = version_in(answer);
    ASSERT_FALSE(version) << answer;
    EXPECT_EQ(version.error().code, ErrorCode::download_failed);
  }
  const auto error = version_in("<html>\x1b[2J" + std::string(1000, 'x')).error().message;
  EXPECT_THAT(error, testing::HasSubstr("<html>"));
  EXPECT_EQ(error.find('\x1b'), std::string::npos);
  EXPECT_LT(error.size(), 200U);
}

}  // namespace
}  // namespace lmbridge::media
