#include "settings/edit.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::settings {
namespace {

using testing::HasSubstr;

struct Case {
  const char* what;
  std::string before;
  Edit edit;
  std::string after;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.what;
}

std::string edited(std::string_view text, const Edit& wanted) {
  const auto result = edit(text, std::span(&wanted, 1));
  return result ? *result : "error: " + result.error().message;
}

class InPlaceEdit : public testing::TestWithParam<Case> {};

TEST_P(InPlaceEdit, ChangesTheBytesOfTheValueAndNoOther) {
  EXPECT_EQ(edited(GetParam().before, GetParam().edit), GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    Replaces, InPlaceEdit,
    testing::Values(
        Case{"a string", R"({"a":"x","b":"y"})", {{"a"}, "new"}, R"({"a":"new","b":"y"})"},
        Case{"one with quotes", R"({"a":"x"})", {{"a"}, "\"\\\n"}, R"({"a":"\"\\\n"})"},
        Case{"a number by a word",
             "{ \"a\" : 12 } // end",
             {{"a"}, true},
             "{ \"a\" : true } // end"},
        Case{"between comments",
             "/* a */{/*b*/\"a\"/*c*/:/*d*/1/*e*/,/*f*/}//g",
             {{"a"}, 22},
             "/* a */{/*b*/\"a\"/*c*/:/*d*/22/*e*/,/*f*/}//g"},
        Case{"in an inner object",
             "{\n  \"site\": {\n    \"origin\": \"x\", // o\n  },\n}\n",
             {{"site", "origin"}, "y"},
             "{\n  \"site\": {\n    \"origin\": \"y\", // o\n  },\n}\n"},
        Case{"in an item of an array",
             R"({"m":[{"session_id":"a"},{"session_id":"b"}]})",
             {{"m", 1U, "session_id"}, "c"},
             R"({"m":[{"session_id":"a"},{"session_id":"c"}]})"},
        Case{"an item itself", R"([1, 2 /*x*/, 3])", {{1U}, nullptr}, R"([1, null /*x*/, 3])"},
        Case{"the last of duplicates", R"({"a":1,"a":2})", {{"a"}, 3}, R"({"a":1,"a":3})"},
        Case{"with Windows line ends",
             "\xef\xbb\xbf{\r\n\t\"a\": 1, // 甲\r\n}\r\n",
             {{"a"}, 2},
             "\xef\xbb\xbf{\r\n\t\"a\": 2, // 甲\r\n}\r\n"},
        Case{"nothing where the value is there already, however it is written",
             R"({"a":"\u0041","b":[1 , 2]})",
             {{"a"}, "A"},
             R"({"a":"\u0041","b":[1 , 2]})"}));

INSTANTIATE_TEST_SUITE_P(
    Adds, InPlaceEdit,
    testing::Values(
        Case{"a line where the others have theirs",
             "{\n  \"a\": 1\n}\n",
             {{"b"}, 2},
             "{\n  \"a\": 1,\n  \"b\": 2\n}\n"},
        Case{"one with a trailing comma where there is one",
             "{\n    \"a\": 1,\n}",
             {{"b"}, 2},
             "{\n    \"a\": 1,\n    \"b\": 2,\n}"},
        Case{"one behind the comments of the last line",
             "{\n\t\"a\": 1 /* x */, /* y */ // z , }\n\t// end\n}",
             {{"b"}, 2},
             "{\n\t\"a\": 1 /* x */, /* y */ // z , }\n\t\"b\": 2,\n\t// end\n}"},
        Case{"a comma in front of a comment",
             "{\n  \"a\": 1 // z\n}",
             {{"b"}, 2},
             "{\n  \"a\": 1, // z\n  \"b\": 2\n}"},
        Case{"one behind a comment of several lines",
             "{\n  \"a\": 1 /* x\n  y */\n}",
             {{"b"}, 2},
             "{\n  \"a\": 1, /* x\n  y */\n  \"b\": 2\n}"},
        Case{"one behind a comma that has a line of its own",
             "{\n  \"a\": 1 // x\n  , // y\n}",
             {{"b"}, 2},
             "{\n  \"a\": 1 // x\n  , // y\n  \"b\": 2,\n}"},
        Case{"Windows line ends where the file has them",
             "{\r\n  \"a\": 1, // x\r\n}\r\n",
             {{"b"}, 2},
             "{\r\n  \"a\": 1, // x\r\n  \"b\": 2,\r\n}\r\n"},
        Case{"a member to a line", R"({ "a": 1 })", {{"b"}, 2}, R"({ "a": 1, "b": 2 })"},
        Case{"one without blanks", R"({"a":1})", {{"b"}, 2}, R"({"a":1,"b":2})"},
        Case{"one with a trailing comma", R"({ "a": 1, })", {{"b"}, 2}, R"({ "a": 1, "b": 2, })"},
        Case{"one behind a comment in the line",
             R"({ "a": 1 /* x */ })",
             {{"b"}, 2},
             R"({ "a": 1, /* x */ "b": 2 })"},
        Case{"one behind a comment to the end of the line",
             "{ \"a\": 1 // x\n}",
             {{"b"}, 2},
             "{ \"a\": 1, // x\n  \"b\": 2\n}"},
        Case{"the first one", "{}\n", {{"a"}, 1}, "{\n  \"a\": 1\n}\n"},
        Case{"the first one behind comments",
             "{\n  // x\n  /* y */\n}",
             {{"a"}, 1},
             "{\n  // x\n  /* y */\n  \"a\": 1\n}"},
        Case{"the first one of an inner object",
             "{\n   \"site\": {},\n}",
             {{"site", "origin"}, "x"},
             "{\n   \"site\": {\n      \"origin\": \"x\"\n   },\n}"},
        Case{"the first one of an inner object in a line",
             R"({"site":{}})",
             {{"site", "origin"}, "x"},
             R"({"site":{"origin":"x"}})"},
        Case{"the objects on the way",
             "{\n  \"a\": 1,\n}\n",
             {{"site", "markers", "x"}, "y"},
             "{\n  \"a\": 1,\n  \"site\": {\n    \"markers\": {\n      \"x\": \"y\"\n    }\n  "
             "},\n}\n"},
        Case{"to the object of an array",
             R"({"m":[{"session_id":"a"}]})",
             {{"m", 0U, "mode"}, "battle"},
             R"({"m":[{"session_id":"a","mode":"battle"}]})"},
        Case{"to a blank file", "", {{"a"}, 1}, "{\n  \"a\": 1\n}\n"},
        Case{"to a file of comments", "// x", {{"a"}, 1}, "// x\n{\n  \"a\": 1\n}\n"},
        Case{"to a mark", "\xef\xbb\xbf", {{"a"}, 1}, "\xef\xbb\xbf{\n  \"a\": 1\n}\n"},
        Case{"a key that needs escapes", "{}", {{"\"\n"}, 1}, "{\n  \"\\\"\\n\": 1\n}"}));

TEST(Edits, AreMadeOneAfterTheOther) {
  const std::vector<Edit> edits{
      {{"session_id"}, "s"}, {{"message_id"}, "m"}, {{"session_id"}, "t"}};
  EXPECT_EQ(edit("{}", edits), "{\n  \"session_id\": \"t\",\n  \"message_id\": \"m\"\n}");
  EXPECT_EQ(edit("// x", {}), "// x");
}

TEST(Edits, ThatCannotBeMadeSayWhy) {
  EXPECT_THAT(edited("{\n\"a\": }", {{"a"}, 1}), HasSubstr("line 2, column 6: expected a value"));
  EXPECT_THAT(edited("{\"a\":1}", {{"a", "b"}, 1}), HasSubstr("a is no object"));
  EXPECT_THAT(edited("[1]", {{"a"}, 1}), HasSubstr("the file is no object"));
  EXPECT_THAT(edited("{\"a\":[1]}", {{"a", 2U}, 1}), HasSubstr("a has no item 2"));
  EXPECT_THAT(edited("{\"a\":{}}", {{"a", 0U}, 1}), HasSubstr("a has no item 0"));
  EXPECT_THAT(edited("{}", {{"a", 0U, "b"}, 1}), HasSubstr("a has no item 0"));
  EXPECT_THAT(edited("{}", {{"a"}, "\xff"}), HasSubstr("the value for a is no JSON"));
}

}  // namespace
}  // namespace lmbridge::settings
