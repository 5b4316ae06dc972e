#include "arena/model_list.hpp"

#include "arena/object_finder.hpp"
#include "arena/page_payload.hpp"
#include "base/text.hpp"
#include "tests/unit/result_test.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace lmbridge::arena {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A UUID that begins with eight digits of `number`.
std::string id(unsigned number) {
  return fmt::format("{:08x}-0000-7c00-8a00-000000000001", number);
}

std::string model(unsigned number, std::string_view name, std::string_view output = "",
                  std::string_view more = "") {
  return fmt::format(R"({{"id":"{}","publicName":"{}"{},"capabilities":{{"inputCapabilities":)"
                     R"({{"text":true}},"outputCapabilities":{{"text":true{}}}}}}})",
                     id(number), name, more, output);
}

/// A page as Next.js writes it, whose data is cut into `pieces`.
std::string page(std::string_view payload, std::size_t pieces = 1) {
  std::string html =
      "<!DOCTYPE html><body><script>(self.__next_f=self.__next_f||[]).push([0])</script>";
  const auto size = payload.size() / pieces + 1;
  for (std::size_t at = 0; at < payload.size(); at += size) {
    std::string literal;
    base::append_json_string(literal, payload.substr(at, size));
    html += "<script>self.__next_f.push([1," + literal + "])</script>";
  }
  return html + "</body>";
}

std::string list(std::string_view models) {
  return fmt::format(
      "0:{{\"a\":1}}\n1c:[\"$\",\"$L2d\",null,{{\"initialModels\":[{}],"
      "\"initialUser\":{{\"id\":\"{}\"}}}}]\n",
      models, id(7));
}

/// "name id type" of each.
std::vector<std::string> read(std::string_view html) {
  std::vector<std::string> lines;
  for (const auto& each : test::must(read_model_list(html))) {
    lines.push_back(
        fmt::format("{} {} {}", each.name, each.id.substr(0, 8), arena::name(each.type)));
  }
  return lines;
}

TEST(ModelList, IsReadFromThePagesData) {
  EXPECT_THAT(
      read(page(list(model(1, "gpt-x") + "," + model(2, "picture", R"(,"image":true)") + "," +
                     model(3, "finder", R"(,"search":{"citations":true})")))),
      ElementsAre("gpt-x 00000001 text", "picture 00000002 image", "finder 00000003 search"));
}

TEST(ModelList, CapabilitiesAreTrueOrObjectsAndNothingElse) {
  EXPECT_THAT(
      read(page(list(model(1, "a", R"(,"image":{"aspectRatios":["1:1"]})") + "," +
                     model(2, "b", R"(,"image":false)") + "," + model(3, "c", R"(,"image":null)") +
                     "," + model(4, "d", R"(,"image":{},"search":true)") + "," + R"({"id":")" +
                     id(5) + R"(","publicName":"e","capabilities":7})"))),
      ElementsAre("a 00000001 image", "b 00000002 text", "c 00000003 text", "d 00000004 image",
                  "e 00000005 text"));
}

TEST(ModelList, DoesNotMindHowTheDataIsCutIntoScripts) {
  const auto whole = list(model(1, "gpt-x") + "," + model(2, "gpt-y"));
  for (const std::size_t pieces : {2U, 3U, 7U, 40U}) {
    EXPECT_EQ(read(page(whole, pieces)), read(page(whole))) << pieces;
  }
}

TEST(ModelList, DoesNotMindBracesAndQuotesInTexts) {
  EXPECT_THAT(read(page(list(model(1, "x", "", R"(,"name":"a {draft} \"v2\" \\ }")")))),
              ElementsAre("x 00000001 text"));
  EXPECT_THAT(read(page("2:T9,say \"5 in1c:[{\"initialModels\":[" + model(1, "x") + "]}]\n")),
              ElementsAre("x 00000001 text"))
      << "a text with half a quote in front of it in its line";
}

TEST(ModelList, IsFoundByItsShapeWhereItHasAnotherName) {
  EXPECT_THAT(read(page("a \" b\n1c:{\"others\":{\"x\":[" + model(1, "x") + "]}}\n")),
              ElementsAre("x 00000001 text"));
  EXPECT_THAT(read("<script type=\"application/json\">{\"m\":\n" + model(1, "x") + "}</script>"),
              ElementsAre("x 00000001 text"))
      << "and outside of such scripts";
}

TEST(ModelList, ModelsOfOneNameBothCanBeAskedFor) {
  EXPECT_THAT(read(page(list(model(0xaaaaaaaa, "x") + "," + model(0xbbbbbbbb, "x") + "," +
                             model(0xaaaaaaaa, "x")))),
              ElementsAre("x aaaaaaaa text", "x@bbbbbbbb bbbbbbbb text"));
  const auto alike = test::must(read_model_list(
      page(list(model(1, "x") + "," + model(2, "x") + "," + model(3, "x@00000002")))));
  ASSERT_EQ(alike.size(), 3U);
  EXPECT_EQ(alike[1].name, "x@" + id(2));
  EXPECT_EQ(alike[2].name, "x@00000002");
}

TEST(ModelList, WhatOnlyLooksLikeAModelIsLeftOut) {
  const std::string odd = R"({"id":"7","publicName":"a"},{"id":")" + id(1) +
                          R"(","publicName":""},{"id":")" + id(2) +
                          R"(","publicName":null},{"id":")" + id(3) + R"("},{"publicName":"b"},)" +
                          model(4, std::string(300, 'n')) + "," + model(5, "right");
  EXPECT_THAT(read(page(list(odd))), ElementsAre("right 00000005 text"));
}

TEST(ModelList, APageWithoutModelsSaysWhatMayBeWrong) {
  for (const auto* html :
       {"", "<title>Just a moment...</title>", "<script>self.__next_f.push([1,\"x\"])</script>",
        "<script>self.__next_f.push([1,\"x", "self.__next_f.push([1,7])"}) {
    EXPECT_EQ(test::code_of(read_model_list(html)), ErrorCode::site_changed) << html;
  }
}

TEST(ModelList, IsBounded) {
  std::string many;
  for (unsigned i = 0; i < model_limit + 10; ++i) many += model(i, fmt::format("m{}", i)) + ",";
  EXPECT_EQ(read(page(list(many))).size(), model_limit);
  EXPECT_EQ(test::code_of(read_model_list(std::string(5'000'000, '{'))), ErrorCode::site_changed);
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += R"({"id":"x","publicName":)";
  EXPECT_EQ(test::code_of(read_model_list(page(nested))), ErrorCode::site_changed);
}

TEST(ModelList, IsWrittenAsTheSiteHasIt) {
  const auto models = test::must(read_model_list(page(list(model(1, "x") + "," + model(2, "y")))));
  const auto written = boost::json::parse(available_models(models)).as_array();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].at("publicName").as_string(), "x");
  EXPECT_TRUE(written[1].at("capabilities").at("outputCapabilities").at("text").as_bool());
  EXPECT_EQ(available_models({}), "[\n]\n");
}

TEST(PageData, TellsTheAccountByAMark) {
  EXPECT_EQ(account_mark(page_payload(page(list("")))), "00000007");
  for (const auto* payload :
       {"", R"({"initialUser":null})", R"({"initialUser":{"id":"x"}})", R"({"initialUser":{)"}) {
    EXPECT_EQ(account_mark(payload), std::nullopt) << payload;
  }
}

TEST(ModelDifference, NamesWhatIsNewGoneAndDifferent) {
  const ModelCatalog ours({{.name = "same", .id = id(1)},
                           {.name = "gone", .id = id(2)},
                           {.name = "retyped", .id = id(3)},
                           {.name = "moved", .id = id(4), .type = ModelType::image},
                           {.name = "my own name", .id = id(5)},
                           {.name = "default"},
                           {.name = "by-name", .id = "gpt-y"}});
  const std::vector<ListedModel> listed{
      {.name = "same", .id = id(1), .source = {}},
      {.name = "retyped", .id = id(3), .type = ModelType::image, .source = {}},
      {.name = "moved", .id = id(14), .type = ModelType::image, .source = {}},
      {.name = "theirs", .id = id(5), .source = {}},
      {.name = "new", .id = id(6), .type = ModelType::search, .source = {}}};
  const auto difference = compare(ours, listed);
  EXPECT_THAT(difference.added, ElementsAre(Model{"new", id(6), ModelType::search}));
  EXPECT_THAT(difference.removed, ElementsAre(Model{"gone", id(2)}));
  EXPECT_THAT(difference.changed,
              ElementsAre(ModelChange{{"retyped", id(3)}, {"retyped", id(3), ModelType::image}},
                          ModelChange{{"moved", id(4), ModelType::image},
                                      {"moved", id(14), ModelType::image}}));
  EXPECT_FALSE(difference.is_empty());
  EXPECT_TRUE(compare(ModelCatalog(), {}).is_empty());
}

TEST(ObjectFinder, TakesTheInnermostObjectsWithBothMembers) {
  std::vector<std::string> found;
  const auto find = [&](std::string_view text) {
    found.clear();
    find_objects(text, "a", "b", [&](std::string_view object) {
      found.emplace_back(object);
      return found.size() < 3;
    });
  };
  find(R"(x{"a":1,"b":{"a":2,"b":3},"c":[{"b":1,"a":"}"}]} {"a":1} ["a":1,"b":2])");
  EXPECT_THAT(found, ElementsAre(R"({"a":2,"b":3})", R"({"b":1,"a":"}"})"));
  find("{\"a\":1,\n\"b\":2} \"{ \n{\"a\":1,\"b\":2}");
  EXPECT_THAT(found, ElementsAre(R"({"a":1,"b":2})"));
  find(R"({"a":1,"b":2}{"a":1,"b":2}{"a":1,"b":2}{"a":1,"b":2})");
  EXPECT_EQ(found.size(), 3U) << "it ends when it is told to";
  find(R"({"a":1,"b":2]} {"b":"\"a\":"} "\)");
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
}  // namespace lmbridge::arena
