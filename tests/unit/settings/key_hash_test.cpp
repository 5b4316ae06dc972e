#include "settings/key_hash.hpp"

#include "settings/load.hpp"

#include <gmock/gmock.h>

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Of "abc", from FIPS 180-4.
constexpr const char* abc =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(KeyHashes, AreSha256) {
  EXPECT_EQ(hash_key("abc"), abc);
  EXPECT_TRUE(is_key_hash(abc));
  for (const auto* text : {"", "sha256:", "abc", "SHA256:ba78", "sha256:BA78"}) {
    EXPECT_FALSE(is_key_hash(text)) << text;
  }
}

std::string with_keys(const std::string& entries) {
  return "{\"api_keys\":[" + entries + "]}";
}

TEST(KeyHashes, StandInPlaceOfTheKey) {
  const auto loaded = parse(with_keys(std::string(R"({"name":"a","hash":")") + abc + "\"}"));
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_THAT(loaded.settings.api_keys,
              ElementsAre(ApiKey{.name = "a", .key = {}, .models = {}, .hash = abc}));
}

TEST(KeyHashes, ThatAreWrongAreReportedAndNotShown) {
  const std::string good = std::string("\"hash\":\"") + abc + '"';
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"name":"a","hash":"sha256:zz"})", "api_keys[0].hash: found a string (not shown)"},
      {R"({"name":"a","hash":7})", "api_keys[0].hash: found a number (not shown)"},
      {R"({"name":"a","key":"k",)" + good + '}', "api_keys[0].key: found a string (not shown)"},
      {R"({"name":"a",)" + good + R"(},{"name":"b",)" + good + '}',
       "api_keys[1].hash: found a string (not shown), allowed: a key that is given once only"}};
  for (const auto& [entries, error] : cases) {
    EXPECT_THAT(parse(with_keys(entries)).errors, testing::Contains(HasSubstr(error))) << entries;
  }
}

}  // namespace
}  // namespace lmbridge::settings
