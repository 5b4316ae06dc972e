#include "base/json_path.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace lmbridge::base {
namespace {

using testing::ElementsAre;

std::string at(const char* document, const char* path) {
  const auto root = boost::json::parse(document);
  const auto* value = find_at(root, parse_json_path(path).value());
  return value == nullptr ? "nothing" : boost::json::serialize(*value);
}

TEST(JsonPath, IsMadeOfNamesAndIndexes) {
  EXPECT_THAT(*parse_json_path("url"), ElementsAre("url"));
  EXPECT_THAT(*parse_json_path("data.url"), ElementsAre("data", "url"));
  EXPECT_THAT(*parse_json_path("files.0.url"), ElementsAre("files", "0", "url"));
  EXPECT_THAT(*parse_json_path("files[0].url"), ElementsAre("files", "0", "url"));
  EXPECT_THAT(*parse_json_path("[1][2].direct link"), ElementsAre("1", "2", "direct link"));
}

TEST(JsonPath, IsRefusedWhereItHasEmptyStepsOrBrokenBrackets) {
  for (const auto* path : {"", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[0", "a]", "a[0]b",
                           "a.[0]", "a[-1]", "a[99999999999999999999]"}) {
    EXPECT_FALSE(parse_json_path(path)) << path;
  }
}

TEST(JsonPath, LeadsToTheValueOrToNothing) {
  const auto* document = R"({"files":[{"url":"a"},{"url":"b"}],"0":{"1":2}})";
  EXPECT_EQ(at(document, "files[1].url"), R"("b")");
  EXPECT_EQ(at(document, "files.0.url"), R"("a")");
  EXPECT_EQ(at(document, "0.1"), "2") << "members may have numbers for names";
  for (const auto* path : {"files[2].url", "files.url", "files[0].url.x", "file", "files.0.link"}) {
    EXPECT_EQ(at(document, path), "nothing") << path;
  }
}

}  // namespace
}  // namespace lmbridge::base
