#include "arena/json_literal.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::arena {
namespace {

class Accepted : public testing::TestWithParam<std::string> {};

TEST_P(Accepted, LiteralsMeanWhatAJsonParserReads) {
  ASSERT_TRUE(check_json_literal(GetParam()).valid);
  EXPECT_EQ(decode_json_literal(GetParam()), boost::json::parse(GetParam()).as_string());
}

INSTANTIATE_TEST_SUITE_P(
    JsonLiteral, Accepted,
    testing::Values(R"("")", R"("a")", R"("seven b")", R"("eight by")", R"("nine byte")",
                    R"("a long sentence without anything special in it at all, 64 bytes")",
                    R"("quote \" slash \/ backslash \\ \b\f\n\r\t end")", R"("\u0000\u001f")",
                    R"("\u4e2d\u6587\u00E9")", R"("\ud83d\ude00")", R"("x\uDBFF\uDFFFy")",
                    R"("1234567\n8")", R"("\\")", R"("a0:\"b\"\nad:{}")", "\"\x7f\"",
                    "\"\xc3\xa9\"", "\"\xe4\xb8\xad\xe6\x96\x87\"", "\"\xf0\x9f\x98\x80\"",
                    "\"mixed \xe4\xb8\xad plain \xf0\x9f\x98\x80\\n\xc3\xa9\"", "\"\xed\x9f\xbf\"",
                    "\"\xee\x80\x80\"", "\"\xe0\xa0\x80\"", "\"\xe2\x80\xa8\""));

class Rejected : public testing::TestWithParam<std::string> {};

TEST_P(Rejected, TextsThatAreNoSafeLiteralAreRefused) {
  EXPECT_FALSE(check_json_literal(GetParam()).valid);
}

INSTANTIATE_TEST_SUITE_P(
    JsonLiteral, Rejected,
    testing::Values("", "\"", "a", "\"a", "a\"", "\"a\"b", "\"a\" ", " \"a\"", "\"a\"\"", "null",
                    "'a'", "\"\\\"", R"("\x")", R"("\u")", R"("\u12")", R"("\u12g4")", R"("\u123")",
                    // Lone and swapped surrogates.
                    R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\n")",
                    R"("\ud83d\u0041")", R"("\ude00\ud83d")", R"("\ud83d\ud83d")",
                    "\"\xed\xa0\xbd\"",
                    // Raw control characters, also where eight bytes are looked at together.
                    "\"a\nb\"", "\"a\tb\"", std::string("\"a\0b\"", 5), "\"1234567\x1f\"",
                    "\"12345678901234567890\r1234567\"",
                    // No UTF-8: overlong, cut, stray, out of range.
                    "\"\xc0\x80\"", "\"\xe0\x80\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe4\xb8\"",
                    "\"\xe4\"", "\"\xf0\x9f\x98\"", "\"\x80\"", "\"\xff\"",
                    "\"plain text and then \xe4\xb8\x61\""));

TEST(JsonLiteral, EveryPositionOfASpecialByteIsSeen) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      const auto with = [&](std::string_view inserted) {
        return '"' + std::string(at, 'x') + std::string(inserted) + std::string(length - at, 'y') +
               '"';
      };
      EXPECT_FALSE(check_json_literal(with("\x01")).valid);
      EXPECT_FALSE(check_json_literal(with("\"")).valid);
      EXPECT_FALSE(check_json_literal(with("\\q")).valid);
      EXPECT_FALSE(check_json_literal(with("\x80")).valid);
      EXPECT_TRUE(check_json_literal(with("\\n")).valid);
      EXPECT_TRUE(check_json_literal(with("\\n")).has_escapes);
      EXPECT_FALSE(check_json_literal(with("\xe4\xb8\xad")).has_escapes);
    }
  }
}

}  // namespace
}  // namespace lmbridge::arena
