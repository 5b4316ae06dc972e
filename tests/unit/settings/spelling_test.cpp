#include "settings/spelling.hpp"

#include <gtest/gtest.h>

namespace lmbridge::settings {
namespace {

const std::set<std::string, std::less<>> words{"api_key", "api_keys", "mode", "id", "server"};

TEST(Spelling, FindsTheWordThatIsNearest) {
  EXPECT_EQ(closest("apikey", words), "api_key");
  EXPECT_EQ(closest("api_keyz", words), "api_key");
  EXPECT_EQ(closest("api_keyss", words), "api_keys");
  EXPECT_EQ(closest("modle", words), "mode");
  EXPECT_EQ(closest("sevrer", words), "server");
  EXPECT_EQ(closest("mode", words), "mode");
}

TEST(Spelling, FindsNothingMoreThanTwoLettersAwayOrWhereNothingIsLeftOfTheWord) {
  EXPECT_EQ(closest("", words), "");
  EXPECT_EQ(closest("x", words), "");
  EXPECT_EQ(closest("xy", words), "");
  EXPECT_EQ(closest("m", words), "");
  EXPECT_EQ(closest("keys", words), "");
  EXPECT_EQ(closest("services", words), "");
  EXPECT_EQ(closest("anything", {}), "");
  EXPECT_EQ(closest(std::string(100'000, 'x'), words), "");
}

}  // namespace
}  // namespace lmbridge::settings
