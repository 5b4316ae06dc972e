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

std::string removed(std::string_view text, const std::vector<Step>& path) {
  const auto result = remove_value(text, path);
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

TEST(RemovedValues, TakeTheirLineAndOneComma) {
  const std::string text = "{\n  // about a\n  \"a\": 1, // one\n  \"b\": [1, 2],\n  \"c\": 3\n}\n";
  EXPECT_EQ(removed(text, {"a"}), "{\n  // about a\n  \"b\": [1, 2],\n  \"c\": 3\n}\n");
  EXPECT_EQ(removed(text, {"b"}), "{\n  // about a\n  \"a\": 1, // one\n  \"c\": 3\n}\n");
  EXPECT_EQ(removed(text, {"c"}), "{\n  // about a\n  \"a\": 1, // one\n  \"b\": [1, 2]\n}\n");
  EXPECT_EQ(removed("{\n  \"a\": 1, // x\n  \"b\": 2,\n}", {"b"}), "{\n  \"a\": 1, // x\n}");
  EXPECT_EQ(removed("{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}", {"b"}), "{\r\n  \"a\": 1\r\n}");
}

TEST(RemovedValues, LeaveTheirNeighboursInTheLine) {
  EXPECT_EQ(removed(R"({ "a": 1, "b": 2, "c": 3 })", {"b"}), R"({ "a": 1, "c": 3 })");
  EXPECT_EQ(removed(R"({ "a": 1, "b": 2 })", {"b"}), R"({ "a": 1 })");
  EXPECT_EQ(removed(R"({"a":[1,2,3]})", {"a", 0U}), R"({"a":[2,3]})");
  EXPECT_EQ(removed(R"({"a":[1,2,3]})", {"a", 2U}), R"({"a":[1,2]})");
  EXPECT_EQ(removed(R"({"a":1})", {"a"}), "{}");
}

TEST(RemovedValues, GoWhereverTheyStandAndMayBeMissing) {
  EXPECT_EQ(removed(R"({"a":1,"b":2,"a":3})", {"a"}), R"({"b":2})");
  EXPECT_EQ(removed(R"({"b":2})", {"a"}), R"({"b":2})");
  EXPECT_EQ(removed("// nothing\n", {"a"}), "// nothing\n");
  EXPECT_THAT(removed("{\"a\":[1]}", {"a", 1U}), HasSubstr("a has no item 1"));
}

}  // namespace
}  // namespace lmbridge::settings
