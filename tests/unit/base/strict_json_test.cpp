#include "base/strict_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::base {
namespace {

struct Refused {
  std::string text;
  std::string param;
  std::string reason;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.text;
}

class StrictJson : public testing::TestWithParam<Refused> {};

TEST_P(StrictJson, RefusesWhatIsAmbiguousAndNamesTheField) {
  const auto parsed = parse_strict_json(GetParam().text);
  ASSERT_FALSE(parsed) << GetParam().text;
  EXPECT_EQ(parsed.error().param, GetParam().param);
  EXPECT_NE(parsed.error().message.find(GetParam().reason), std::string::npos)
      << parsed.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Each, StrictJson,
    testing::Values(Refused{R"({"a":1,"a":2})", "a", "twice"},
                    Refused{R"({"m":[{"x":1},{"y":[0,{"z":1,"z":2}]}]})", "m[1].y[1].z", "twice"},
                    Refused{"{\"m\":[\"ok\",\"\xff\"]}", "m[1]", "UTF-8"},
                    Refused{R"({"m":"\ud800"})", "m", ""}, Refused{R"({"t":1e999})", "t", ""},
                    Refused{R"({"t":1}x)", "", "after its end"},
                    Refused{R"({"t":)", "t", "incomplete"}, Refused{"", "", "incomplete"},
                    Refused{"{/*c*/}", "", ""}, Refused{"[1,]", "[1]", ""}));

TEST(StrictJsonLimits, DepthAndValueCountsAreBounded) {
  EXPECT_FALSE(parse_strict_json("[[[[1]]]]", {.depth = 3}));
  EXPECT_TRUE(parse_strict_json("[[[1]]]", {.depth = 3}));
  EXPECT_FALSE(parse_strict_json("[1,2,3]", {.values = 3}));
  EXPECT_TRUE(parse_strict_json("[1,2]", {.values = 3}));
}

TEST(StrictJsonValues, KeepsEveryKindOfValue) {
  const auto parsed = parse_strict_json(R"({"a":[1,-2,1.5,true,null,"t"],"b":{"a":{}}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(boost::json::serialize(*parsed), R"({"a":[1,-2,1.5E0,true,null,"t"],"b":{"a":{}}})");
}

}  // namespace
}  // namespace lmbridge::base
