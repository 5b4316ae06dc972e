#include "tests/unit/control/control_fixture.hpp"

#include <filesystem>

namespace lmbridge::control {
namespace {

using testing::HasSubstr;

using ModelCalls = ControlFixture;

TEST_F(ModelCalls, ListModelsAndWhetherTheyCanBeAsked) {
  start("{}", R"({"open":"c6341952-952d-4a5a-86ab-61e407667a75:image","closed":"null"})");
  const auto listed = call("GET", "/models");
  const auto& models = listed.body.at("models").as_array();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(boost::json::serialize(models[0]),
            R"({"name":"open","id":"c6341952-952d-4a5a-86ab-61e407667a75","type":"image",)"
            R"("sessions":null,"usable":true})");
  EXPECT_EQ(models[1].at("reason"), "no session");
}

TEST_F(ModelCalls, WriteAModelIntoTheFile) {
  start("{}", "{\n  \"a\": \"null\" // one\n}\n");
  const auto added = call("POST", "/models", R"({"name":"b/c","type":"search"})");
  EXPECT_EQ(added.status, 201U);
  EXPECT_EQ(read("models.json"), "{\n  \"a\": \"null\", // one\n  \"b/c\": \"null:search\"\n}\n");
  EXPECT_NE(live->current()->models.find("b/c"), nullptr);
  EXPECT_EQ(call("DELETE", "/models/b%2Fc").status, 200U);
  EXPECT_EQ(read("models.json"), "{\n  \"a\": \"null\" // one\n}\n");
}

TEST_F(ModelCalls, MakeTheFileWhereThereIsNone) {
  start("{}");
  std::filesystem::remove(file("models.json"));
  EXPECT_EQ(call("POST", "/models", R"({"name":"a"})").status, 201U);
  EXPECT_NE(live->current()->models.find("a"), nullptr);
}

TEST_F(ModelCalls, ReplaceAModelOnlyWhenTheyAreToldTo) {
  start("{}", R"({"a":"null"})");
  EXPECT_THAT(call("POST", "/models", R"({"name":"a","type":"image"})").message(),
              HasSubstr("already"));
  EXPECT_EQ(call("POST", "/models", R"({"name":"a","type":"image","replace":true})").status, 201U);
  EXPECT_EQ(read("models.json"), R"({"a":"null:image"})");
}

TEST_F(ModelCalls, ThatCannotBeDoneSayWhy) {
  start("{}", R"({"a":"null"})");
  EXPECT_EQ(call("DELETE", "/models/b").code(), "not_found");
  EXPECT_EQ(call("POST", "/models", R"({"name":"b","type":"video"})").status, 422U);
  EXPECT_EQ(call("POST", "/models", R"({"name":"b","id":7})").status, 400U);
  EXPECT_EQ(read("models.json"), R"({"a":"null"})");
}

}  // namespace
}  // namespace lmbridge::control
