#include "base/text.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lmbridge::base {
namespace {

TEST(Text, ValidUtf8IsToldFromOverlongSurrogateAndCutForms) {
  EXPECT_TRUE(is_valid_utf8("plain \xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80"));
  for (const std::string bad : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                                "\xf4\x90\x80\x80", "\xe4\xb8", "\x80", "\xff"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << quoted(bad);
  }
}

TEST(Text, JsonStringsOfEveryControlCharacterComeBackUnchanged) {
  std::string text = "quote \" backslash \\ emoji \xf0\x9f\x98\x80 ";
  for (char c = 0; c < 0x20; ++c) text += c;
  std::string encoded;
  append_json_string(encoded, text);
  EXPECT_EQ(boost::json::parse(encoded).as_string(), text);
}

TEST(Text, ExcerptsAreCutAtCodePointsAndSayTheirLength) {
  EXPECT_EQ(excerpt("short", 10), "short");
  EXPECT_EQ(excerpt("ab\xe4\xb8\xad", 3), "ab... (5 bytes)");
}

TEST(Text, SecretsAreComparedWhole) {
  EXPECT_TRUE(equals_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equals_in_constant_time("secret", "Secret"));
  EXPECT_FALSE(equals_in_constant_time("secret ", "secret"));
  EXPECT_FALSE(equals_in_constant_time("", "secret"));
}

TEST(Text, LogLinesStayOneLineWhateverTheirFieldsHold) {
  EXPECT_EQ(render_text("page said", {{"text", "a \"b\"\n\x1b[31m"}, {"count", 3}, {"ok", true}}),
            "page said text=\"a \\\"b\\\"\\n\\x1b[31m\" count=3 ok=true");
}

TEST(Text, NumbersHaveTheirNounsInTheRightForm) {
  EXPECT_EQ(counted(0, "piece"), "0 pieces");
  EXPECT_EQ(counted(1, "piece"), "1 piece");
  EXPECT_EQ(counted(2, "piece"), "2 pieces");
}

TEST(Ids, UuidsAreVersionFourAndDiffer) {
  RandomIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = ids.uuid();
    ASSERT_TRUE(is_uuid(id)) << id;
    ASSERT_EQ(id[14], '4');
    ASSERT_TRUE(seen.insert(id).second);
  }
  EXPECT_FALSE(is_uuid("YOUR_SESSION_ID"));
  EXPECT_EQ(ids.token().size(), 24U);
}

TEST(ClockText, TimesAreIso8601InUtc) {
  EXPECT_EQ(iso_8601(std::chrono::system_clock::time_point(std::chrono::milliseconds(7))),
            "1970-01-01T00:00:00.007Z");
}

TEST(Errors, EveryCodeHasItsOwnNameAndCausesAreReadable) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(last_error_code); ++code) {
    EXPECT_TRUE(names.insert(name(static_cast<ErrorCode>(code))).second);
  }
  const auto low = Error{.message = "no such host"};
  EXPECT_EQ(describe_chain(fail(ErrorCode::network_error, "the page did not load", low).error()),
            "the page did not load: no such host");
}

}  // namespace
}  // namespace lmbridge::base
