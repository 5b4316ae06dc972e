#include "settings/edit.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::settings {
namespace {

using testing::HasSubstr;

std::string appended(std::string_view text, const std::vector<Step>& path,
                     const boost::json::value& value) {
  const auto result = append_item(text, path, value);
  return result ? *result : "error: " + result.error().message;
}

TEST(AppendedItems, AreLaidOutAsThoseBeforeThem) {
  EXPECT_EQ(appended("{\n  \"m\": [\n    1, // one\n    2\n  ] // end\n}", {"m"}, 3),
            "{\n  \"m\": [\n    1, // one\n    2,\n    3\n  ] // end\n}");
  EXPECT_EQ(appended("{\"m\": [1, 2, /* x */ ]}", {"m"}, 3), "{\"m\": [1, 2, /* x */ 3, ]}");
  EXPECT_EQ(appended(R"({"m":[1]})", {"m"}, 2), R"({"m":[1,2]})");
  EXPECT_EQ(appended("{\r\n\t\"m\": [\r\n\t\t1,\r\n\t]\r\n}", {"m"}, 2),
            "{\r\n\t\"m\": [\r\n\t\t1,\r\n\t\t2,\r\n\t]\r\n}");
  EXPECT_EQ(appended(R"({"a":{"m":[]}})", {"a", "m"}, 2), R"({"a":{"m":[2]}})");
  EXPECT_EQ(appended("{\n  \"m\": [ // none\n  ]\n}", {"m"}, 2),
            "{\n  \"m\": [ // none\n    2\n  ]\n}");
}

TEST(AppendedItems, MakeTheirArrayWhereThereIsNone) {
  EXPECT_EQ(appended("{\n  \"a\": 1\n}", {"m"}, 2), "{\n  \"a\": 1,\n  \"m\": [2]\n}");
  EXPECT_EQ(appended("", {"m"}, 2), "{\n  \"m\": [2]\n}\n");
  EXPECT_EQ(appended("{ \"m\": { \"a\": 1 /* x */ } /* y */ }", {"m"}, 2),
            "{ \"m\": [{ \"a\": 1 /* x */ }, 2] /* y */ }");
}

TEST(AppendedItems, ThatCannotBeMadeSayWhy) {
  EXPECT_THAT(appended("{", {"m"}, 2), HasSubstr("not valid"));
  EXPECT_THAT(appended("{\"a\":1}", {"a", "m"}, 2), HasSubstr("a is no object"));
}

}  // namespace
}  // namespace lmbridge::settings
