// Entries that come to a list, and entries that go.

#include "settings/edit.hpp"
#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace lmbridge::settings {
namespace {

using testing::HasSubstr;

struct Case {
  const char* what;
  std::string before;
  std::vector<Step> path;
  std::string after;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.what;
}

class Appended : public testing::TestWithParam<Case> {};

TEST_P(Appended, ItemStandsBehindTheLastInItsStyle) {
  const Edit change{.path = GetParam().path, .value = 9};
  const auto result = edit(GetParam().before, std::span(&change, 1));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(*result, GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    Arrays, Appended,
    testing::Values(Case{"in a line", R"({"a":[1, 2]})", {"a", 2U}, R"({"a":[1, 2, 9]})"},
                    Case{"in a tight line", R"({"a":[1,2]})", {"a", 2U}, R"({"a":[1,2,9]})"},
                    Case{"to an empty one in a line", R"({"a":[]})", {"a", 0U}, R"({"a":[9]})"},
                    Case{"to an empty one among lines",
                         "{\n  \"a\": [], // none\n}",
                         {"a", 0U},
                         "{\n  \"a\": [\n    9\n  ], // none\n}"},
                    Case{"on lines, with a comma at the end",
                         "{\n  \"a\": [\n    1, // one\n  ],\n}",
                         {"a", 1U},
                         "{\n  \"a\": [\n    1, // one\n    9,\n  ],\n}"},
                    Case{"on lines, without",
                         "{\n  \"a\": [\n    1 // one\n  ]\n}",
                         {"a", 1U},
                         "{\n  \"a\": [\n    1, // one\n    9\n  ]\n}"}));

class Removed : public testing::TestWithParam<Case> {};

TEST_P(Removed, EntryGoesWithItsLineAndNothingElse) {
  const auto result = remove(GetParam().before, GetParam().path);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(*result, GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Removed,
    testing::Values(Case{"in the middle",
                         "{\n  \"a\": 1, // one\n  \"b\": 2, // two\n  \"c\": 3\n}\n",
                         {"b"},
                         "{\n  \"a\": 1, // one\n  \"c\": 3\n}\n"},
                    Case{"the first",
                         "{\n  // about a\n  \"a\": 1,\n  \"b\": 2\n}\n",
                         {"a"},
                         "{\n  // about a\n  \"b\": 2\n}\n"},
                    Case{"the last, whose neighbour loses its comma",
                         "{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}\n",
                         {"b"},
                         "{\n  \"a\": 1 // one\n}\n"},
                    Case{"the last of a list with a comma at its end",
                         "{\n  \"a\": 1,\n  \"b\": 2,\n}\n",
                         {"b"},
                         "{\n  \"a\": 1,\n}\n"},
                    Case{"the only one", "{\n  \"a\": 1\n}\n", {"a"}, "{\n}\n"},
                    Case{"with Windows line ends",
                         "{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}\r\n",
                         {"a"},
                         "{\r\n\t\"b\": 2\r\n}\r\n"},
                    Case{"an object over several lines",
                         "{\n  \"k\": [\n    {\n      \"n\": 1\n    },\n    { \"n\": 2 }\n  ]\n}",
                         {"k", 0U},
                         "{\n  \"k\": [\n    { \"n\": 2 }\n  ]\n}"}));

INSTANTIATE_TEST_SUITE_P(
    InALine, Removed,
    testing::Values(Case{"the first", R"({ "a": 1, "b": 2 })", {"a"}, R"({ "b": 2 })"},
                    Case{"the middle", R"([1, 2, 3])", {1U}, R"([1, 3])"},
                    Case{"the last", R"({ "a": 1, "b": 2 })", {"b"}, R"({ "a": 1 })"},
                    Case{"the only one", R"({"a":1})", {"a"}, R"({})"},
                    Case{"all of equal keys", R"({"a":1,"b":2,"a":3})", {"a"}, R"({"b":2})"},
                    Case{"behind others on its line",
                         "{ \"a\": 1, \"b\": 2,\n  \"c\": 3 }",
                         {"b"},
                         "{ \"a\": 1,\n  \"c\": 3 }"}));

TEST(Removal, OfWhatIsNotThereSaysSo) {
  const auto missing = remove(R"({"a":{}})", std::vector<Step>{"a", "b"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("a.b"));
  EXPECT_FALSE(remove(R"({"a":[1]})", std::vector<Step>{"a", 1U}));
  EXPECT_FALSE(remove(R"({"a":1)", std::vector<Step>{"a"}));
}

/// A list of numbers that is laid out in any way.
std::string random_list(std::mt19937& random, std::size_t size) {
  const auto pick = [&random](std::initializer_list<const char*> texts) {
    return std::data(texts)[random() % texts.size()];
  };
  std::string text = pick({"[", "[ ", "[\n", "// head\n[ // begin\n  ", "[/*x*/"});
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_last = i + 1 == size;
    text += pick({"", " ", "\n  ", "\r\n\t", " /*, ]*/ ", "\n  // about it, [\n  "});
    text += std::to_string(i) + pick({"", " ", " /* behind */", " // behind, \n"});
    if (!is_last || random() % 2 == 0) text += ',';
    text += pick({"", " ", " // comma\n", "\n"});
  }
  return text + pick({"]", " ]", "\n]\n", " // end ]\n]"});
}

TEST(Removal, OfAnyEntryOfAnyListLeavesTheOthers) {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t size = 1 + random() % 4;
    const auto text = random_list(random, size);
    // Whether more than that would change is checked inside.
    const auto shorter = remove(text, std::vector<Step>{random() % size});
    ASSERT_TRUE(shorter) << shorter.error().message << '\n' << text;
    const Edit back{.path = {size - 1}, .value = 9};
    const auto longer = edit(*shorter, std::span(&back, 1));
    ASSERT_TRUE(longer) << longer.error().message << '\n' << *shorter;
  }
}

}  // namespace
}  // namespace lmbridge::settings
