#include "api/models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::api {
namespace {

using arena::ModelType;
using testing::ElementsAre;

settings::Settings make_settings() {
  settings::Settings settings;
  settings.models = arena::ModelCatalog({{.name = "c", .type = ModelType::image},
                                         {.name = "b", .type = ModelType::search},
                                         {.name = "a/x:1.5"}});
  const arena::PoolEntry entry{.endpoint = {.session_id = "s", .message_id = "m"},
                               .type = ModelType::image};
  settings.endpoints = arena::EndpointMap({{.model = "d", .entries = {entry}},
                                           {.model = "b", .entries = {entry}},
                                           {.model = "e", .entries = {}}});
  return settings;
}

std::vector<std::string> names(const settings::Settings& settings) {
  std::vector<std::string> names;
  for (const auto& model : listed_models(settings, nullptr, 0)) names.push_back(model.id);
  return names;
}

TEST(ModelList, IsTheUnionOfBothFilesWithTheUsableOnesFirst) {
  auto settings = make_settings();
  EXPECT_THAT(names(settings), ElementsAre("b", "d", "c", "a/x:1.5", "e"))
      << "there is no default session";
  settings.default_endpoint = {.session_id = "s", .message_id = "m"};
  EXPECT_THAT(names(settings), ElementsAre("c", "b", "a/x:1.5", "d", "e"));
  settings.use_default_endpoint = false;
  EXPECT_THAT(names(settings), ElementsAre("b", "d", "c", "a/x:1.5", "e"));
}

TEST(ModelList, IsEmptyWithoutModels) {
  EXPECT_THAT(names({}), ElementsAre());
}

TEST(ModelList, SaysWhatGoesInAndOut) {
  const auto settings = make_settings();
  const auto image = listed_model("c", settings, 1'790'000'000);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->id, "c");
  EXPECT_EQ(image->name, "c");
  EXPECT_EQ(image->created, 1'790'000'000);
  EXPECT_EQ(image->owned_by, "lmarena");
  EXPECT_THAT(image->input_modalities, ElementsAre("text", "image"));
  EXPECT_THAT(image->output_modalities, ElementsAre("image"));
  EXPECT_THAT(listed_model("a/x:1.5", settings, 0)->output_modalities, ElementsAre("text"));
  EXPECT_THAT(listed_model("e", settings, 0)->output_modalities, ElementsAre("text"));
}

TEST(ModelList, HasTheTypeOfTheMapBeforeThatOfTheModels) {
  EXPECT_THAT(listed_model("b", make_settings(), 0)->output_modalities, ElementsAre("image"));
  EXPECT_THAT(listed_model("d", make_settings(), 0)->output_modalities, ElementsAre("image"));
  auto settings = make_settings();
  settings.endpoints = {};
  EXPECT_THAT(listed_model("b", settings, 0)->output_modalities, ElementsAre("text"));
}

TEST(ModelList, KnowsNoOtherNames) {
  EXPECT_FALSE(listed_model("C", make_settings(), 0));
  EXPECT_FALSE(listed_model("", make_settings(), 0));
}

TEST(ListedModels, AreThoseThatTheKeyIsFor) {
  const settings::ApiKey caller{.name = "phone", .key = "k", .models = {"c", "no such model"}};
  const auto models = listed_models(make_settings(), &caller, 0);
  ASSERT_EQ(models.size(), 1U);
  EXPECT_EQ(models[0].id, "c");
}

}  // namespace
}  // namespace lmbridge::api
