#include "settings/jsonc.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::settings {
namespace {

/// The tree as compact text, for comparison.
std::string show(const JsoncNode& node) {
  struct Shower {
    std::string operator()(std::nullptr_t) const { return "null"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return "~" + std::to_string(number); }
    std::string operator()(const std::string& text) const { return '\'' + text + '\''; }
    std::string operator()(const JsoncNode::Items& items) const {
      std::string out = "[";
      for (const auto& item : items) out += show(item) + ' ';
      return out + ']';
    }
    std::string operator()(const JsoncNode::Members& members) const {
      std::string out = "{";
      for (const auto& member : members) out += member.key + '=' + show(member.value) + ' ';
      return out + '}';
    }
  };
  return std::visit(Shower{}, node.value);
}

std::string parse(std::string_view text) {
  const auto parsed = parse_jsonc(text);
  return parsed ? show(*parsed) : "at " + std::to_string(parsed.error().offset);
}

TEST(Jsonc, HoldsEveryKindOfValue) {
  EXPECT_EQ(parse(R"({"a":[1,-2,1.5,true,false,null,"t"],"b":{}})"),
            "{a=[1 -2 ~1.500000 true false null 't' ] b={} }");
  EXPECT_EQ(parse("18446744073709551615"), "~18446744073709551616.000000");
  EXPECT_EQ(parse(" 7 "), "7");
  EXPECT_EQ(parse(R"("\u00e9\n\"\\/")"), "'\xc3\xa9\n\"\\/'");
}

TEST(Jsonc, PassesOverCommentsWhereverTheyStand) {
  EXPECT_EQ(parse(R"(// first line
/* block */ { // after a brace
  /* before a key */ "a" /* behind it */ : /**/ 1 /* behind a value */, // after a comma
  "b": [ /* empty */ ], /* ** / */
  "c": [1 /*x*/ , /*y*/ 2] // 中文注释 { " [
} // the end)"),
            "{a=1 b=[] c=[1 2 ] }");
  EXPECT_EQ(parse("1//"), "1");
  EXPECT_EQ(parse("true/**/"), "true");
}

TEST(Jsonc, CommentMarkersInsideStringsAreText) {
  EXPECT_EQ(parse(R"({"url":"https://a.b//c","glob":"/* x */","quote":"\"//"})"),
            "{url='https://a.b//c' glob='/* x */' quote='\"//' }");
}

TEST(Jsonc, TakesOneTrailingCommaAndNoMore) {
  EXPECT_EQ(parse("[1,2,]"), "[1 2 ]");
  EXPECT_EQ(parse(R"({"a":1,})"), "{a=1 }");
  EXPECT_EQ(parse("[1 /*c*/ , // d\n ]"), "[1 ]");
  EXPECT_EQ(parse("[1,,2]"), "at 3");
  EXPECT_EQ(parse("[,]"), "at 1");
  EXPECT_EQ(parse("{,}"), "at 1");
  EXPECT_EQ(parse(R"({"a":1,,})"), "at 7");
}

TEST(Jsonc, SkipsAByteOrderMark) {
  EXPECT_EQ(parse("\xef\xbb\xbf{\"a\":1}"), "{a=1 }");
  EXPECT_EQ(parse("\xef\xbb\xbf"), "at 3");
}

TEST(Jsonc, ReadsWindowsLineEnds) {
  EXPECT_EQ(parse("{\r\n  // c\r\n  \"a\": 1,\r\n}\r\n"), "{a=1 }");
}

TEST(Jsonc, KeepsDuplicateKeysForTheReaderToSee) {
  EXPECT_EQ(parse(R"({"a":1,"a":2})"), "{a=1 a=2 }");
}

struct Broken {
  std::string text;
  std::size_t offset;
  std::string reason;
};

void PrintTo(const Broken& broken, std::ostream* out) {
  *out << broken.text.substr(0, 60);
}

class BrokenJsonc : public testing::TestWithParam<Broken> {};

TEST_P(BrokenJsonc, IsRefusedWhereItBreaks) {
  const auto parsed = parse_jsonc(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().offset, GetParam().offset) << parsed.error().reason;
  EXPECT_NE(parsed.error().reason.find(GetParam().reason), std::string::npos)
      << parsed.error().reason;
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenJsonc,
    testing::Values(Broken{"", 0, "ends"}, Broken{"  ", 2, "ends"}, Broken{"{", 1, "key"},
                    Broken{"[1", 2, ", or ]"}, Broken{R"({"a" 1})", 5, ":"},
                    Broken{R"({"a":})", 5, "value"}, Broken{R"({"a":1 "b":2})", 7, ", or }"},
                    Broken{"{a:1}", 1, "double quotes"}, Broken{"{'a':1}", 1, "double quotes"},
                    Broken{"[1 2]", 3, ", or ]"}, Broken{"{} x", 3, "after the end"},
                    Broken{"[tru]", 1, "not a value"}, Broken{"[01]", 1, "not a value"},
                    Broken{"[NaN]", 1, "not a value"}, Broken{"[1.]", 1, "not a value"},
                    Broken{"[+1]", 1, "not a value"}, Broken{"[1/2]", 2, ", or ]"},
                    Broken{R"({"a": "open)", 6, "never closed"},
                    Broken{"[\"two\nlines\"]", 1, "never closed"},
                    Broken{R"(["\x"])", 1, "not valid"}, Broken{"[\"a\tb\"]", 1, "not valid"},
                    Broken{"[\"\xff\"]", 1, "not valid"}, Broken{R"(["ends\"])", 1, "never closed"},
                    Broken{"{} /* open", 3, "comment"}, Broken{"{/*/", 1, "comment"},
                    Broken{"[1, /* open ]", 4, "comment"},
                    Broken{R"({"a" /* open :1})", 5, "comment"},
                    Broken{"[1 /* open ]", 3, "comment"}, Broken{"# shell", 0, "not a value"}));

TEST(JsoncNesting, IsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_jsonc(nested(65)));
  const auto deep = parse_jsonc(nested(66));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().offset, 65U);
  EXPECT_FALSE(parse_jsonc(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(parse_jsonc(objects));
}

TEST(JsoncNodes, KnowTheirBytes) {
  const std::string text = R"({ "key" : [1, "two"] })";
  const auto parsed = parse_jsonc(text);
  ASSERT_TRUE(parsed);
  const auto& member = std::get<JsoncNode::Members>(parsed->value).front();
  const auto bytes = [&](const JsoncNode& node) {
    return text.substr(node.begin, node.end - node.begin);
  };
  EXPECT_EQ(bytes(*parsed), text);
  EXPECT_EQ(text.substr(member.key_begin, 5), "\"key\"");
  EXPECT_EQ(bytes(member.value), R"([1, "two"])");
  EXPECT_EQ(bytes(std::get<JsoncNode::Items>(member.value.value)[1]), "\"two\"");
}

std::string position(std::string_view text, std::string_view what) {
  const auto position = position_of(text, text.find(what));
  return std::to_string(position.line) + ':' + std::to_string(position.column);
}

TEST(JsoncPositions, CountCodePointsAsEditorsDo) {
  EXPECT_EQ(position("x", "x"), "1:1");
  EXPECT_EQ(position("a\nbc x", "x"), "2:4");
  EXPECT_EQ(position("/* 中文 */ x", "x"), "1:10");
  EXPECT_EQ(position("// 中文注释\n\"键\": x", "x"), "2:6");
  EXPECT_EQ(position("\"\xf0\x9f\x98\x80\" x", "x"), "1:5");
  EXPECT_EQ(position("a\r\n  x", "x"), "2:3");
  EXPECT_EQ(position("\xef\xbb\xbfx", "x"), "1:1");
  EXPECT_EQ(position("\xef\xbb\xbf\nx", "x"), "2:1");
}

TEST(JsoncPositions, OfTheEndAreFoundToo) {
  EXPECT_EQ(position_of("ab\nc", 4).line, 2U);
  EXPECT_EQ(position_of("ab\nc", 4).column, 2U);
  EXPECT_EQ(position_of("ab\nc", 99).column, 2U);
  EXPECT_EQ(position_of("", 0).line, 1U);
}

}  // namespace
}  // namespace lmbridge::settings
