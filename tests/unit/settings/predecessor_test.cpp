// The configuration that people bring from the predecessor: Chinese comments, Windows line ends,
// trailing commas, keys that mean nothing to us yet.

#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace lmbridge::settings {
namespace {

class PredecessorsConfiguration : public testing::Test {
 protected:
  PredecessorsConfiguration() {
    std::ifstream stream(FIXTURES "/predecessor.jsonc", std::ios::binary);
    text_.assign(std::istreambuf_iterator<char>(stream), {});
    loaded_ = parse(text_, "{}");
  }

  std::string text_;
  Loaded loaded_;
};

TEST_F(PredecessorsConfiguration, LoadsWithoutErrors) {
  ASSERT_NE(text_.find("\r\n"), std::string::npos) << "the fixture has lost its line ends";
  EXPECT_THAT(loaded_.errors, testing::IsEmpty());
}

TEST_F(PredecessorsConfiguration, GivesTheValuesThatMeanTheSameHere) {
  const auto& settings = loaded_.settings;
  EXPECT_EQ(settings.default_endpoint.session_id, "");
  EXPECT_EQ(settings.default_endpoint.message_id, "c6341952-952d-4a5a-86ab-61e407667a75");
  ASSERT_EQ(settings.api_keys.size(), 1U);
  EXPECT_EQ(settings.api_keys[0].key, "sk-//-not-a-comment");
  EXPECT_EQ(settings.stream_response_timeout, std::chrono::seconds(360));
}

TEST_F(PredecessorsConfiguration, WarnsOfEachKeyWithoutEffectOnce) {
  for (const auto* key : {"enable_auto_update", "bypass_injection", "file_bed_endpoints"}) {
    EXPECT_EQ(std::ranges::count_if(loaded_.warnings,
                                    [key](const std::string& warning) {
                                      return warning.find(std::string("unknown key ") + key +
                                                          ';') != std::string::npos;
                                    }),
              1)
        << key;
  }
  EXPECT_THAT(
      loaded_.warnings,
      testing::Contains("config.jsonc:16:3: unknown key enable_auto_update; it has no effect"));
  for (const auto& warning : loaded_.warnings) {
    EXPECT_THAT(warning, testing::MatchesRegex("config.jsonc:[0-9]+:3: unknown key [a-z_]+; .*"));
  }
}

}  // namespace
}  // namespace lmbridge::settings
