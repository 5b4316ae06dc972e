// How answers are laid out.

#include "ctl/output.hpp"

#include "ctl/pretty_json.hpp"
#include "ctl/session.hpp"
#include "ctl/table.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace lmbridge::ctl {
namespace {

namespace json = boost::json;

TEST(Tables, HaveTheirColumnsBelowEachOther) {
  EXPECT_EQ(render_table({{"NAME", "TYPE", "X"}, {"a", "picture", "yes"}, {"längst", "", "no"}}),
            "NAME    TYPE     X\n"
            "a       picture  yes\n"
            "längst           no\n");
}

TEST(Tables, KnowThatSomeCharactersAreWide) {
  EXPECT_EQ(width_of("abc"), 3U);
  EXPECT_EQ(width_of("é"), 1U);
  EXPECT_EQ(width_of("流水"), 4U);
  EXPECT_EQ(width_of("e\u0301"), 1U) << "a letter and its accent";
  EXPECT_EQ(width_of("\xff\xe6"), 2U) << "no UTF-8";
}

TEST(PrettyJson, PutsMembersOnLinesAndPlainListsInOne) {
  EXPECT_EQ(
      pretty_json(json::parse(R"({"a":1,"b":{"c":["x","y"]},"d":[{"e":null}],"f":{},"g":[]})")),
      R"({
  "a": 1,
  "b": {
    "c": ["x","y"]
  },
  "d": [
    {
      "e": null
    }
  ],
  "f": {},
  "g": []
}
)");
  EXPECT_EQ(pretty_json(json::parse("\"é\\n\"")), "\"é\\n\"\n");
}

TEST(Fields, ThatAreMissingOrOfAnotherTypeAreEmpty) {
  const auto value = json::parse(R"({"text":7,"number":"7","flag":1,"object":[],"array":{}})");
  const auto& fields = value.as_object();
  for (const auto* key : {"number", "object", "array", "nothing"}) {
    EXPECT_EQ(number(fields, key), 0) << key;
  }
  EXPECT_EQ(text(fields, "text"), "");
  EXPECT_FALSE(flag(fields, "flag"));
  EXPECT_TRUE(object(fields, "object").empty());
  EXPECT_TRUE(array(fields, "array").empty());
}

TEST(Refusals, CarryTheDaemonsCodeAndTellWhetherWaitingHelps) {
  const auto late =
      refusal({.status = 504, .body = R"({"error":{"code":"timed_out","message":"m"}})"});
  EXPECT_EQ(late.exit, ExitCode::not_ready);
  EXPECT_EQ(late.code, "timed_out");
  EXPECT_EQ(late.message, "m");
  EXPECT_EQ(refusal({.status = 404, .body = R"({"error":{"code":"not_found","message":""}})"}).exit,
            ExitCode::failed);
  EXPECT_THAT(refusal({.status = 500, .body = "<html>"}).message, testing::HasSubstr("500"));
}

TEST(NamesInPaths, AreEncoded) {
  EXPECT_EQ(percent_encoded("server.listen"), "server.listen");
  EXPECT_EQ(percent_encoded("a/b c%é"), "a%2Fb%20c%25%C3%A9");
}

}  // namespace
}  // namespace lmbridge::ctl
