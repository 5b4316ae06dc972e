// The files that people bring from the predecessor: Chinese comments, Windows line ends, trailing
// commas, comment markers in strings, keys that mean nothing to us yet, placeholders.

#include "settings/edit.hpp"
#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PredecessorsConfiguration : public testing::Test {
 protected:
  Loaded loaded_ = load(FIXTURES "/predecessor/config.jsonc");
};

TEST_F(PredecessorsConfiguration, LoadsWithoutErrors) {
  for (const auto* text :
       {&loaded_.texts.config, &loaded_.texts.models, &loaded_.texts.endpoints}) {
    ASSERT_NE(text->find("\r\n"), std::string::npos) << "the fixture has lost its line ends";
  }
  EXPECT_THAT(loaded_.errors, IsEmpty());
}

TEST_F(PredecessorsConfiguration, GivesTheValuesThatItHas) {
  const auto& settings = loaded_.settings;
  EXPECT_EQ(settings.default_endpoint.session_id, "");
  EXPECT_EQ(settings.default_endpoint.message_id, "c6341952-952d-4a5a-86ab-61e407667a75");
  EXPECT_EQ(settings.default_endpoint.mode, arena::Mode::battle);
  ASSERT_EQ(settings.api_keys.size(), 1U);
  EXPECT_EQ(settings.api_keys[0].key, "sk-//-not-a-comment");
  EXPECT_EQ(settings.stream_response_timeout, std::chrono::seconds(360));
  EXPECT_EQ(settings.request_timeout, std::chrono::minutes(30));
  EXPECT_EQ(settings.shaping, arena::Shaping());
}

TEST_F(PredecessorsConfiguration, GivesTheModels) {
  const auto& models = loaded_.settings.models;
  EXPECT_EQ(models.models().size(), 5U);
  ASSERT_NE(models.find("dall-e-3"), nullptr);
  EXPECT_EQ(models.find("dall-e-3")->id, std::nullopt);
  EXPECT_EQ(models.find("dall-e-3")->type, arena::ModelType::image);
  ASSERT_NE(models.find("搜索//模型"), nullptr);
  EXPECT_EQ(models.find("搜索//模型")->type, arena::ModelType::search);
}

TEST_F(PredecessorsConfiguration, GivesTheSessionsAndLeavesPlaceholdersOut) {
  const auto& endpoints = loaded_.settings.endpoints;
  ASSERT_EQ(endpoints.pools().size(), 3U);
  EXPECT_THAT(endpoints.find("claude-3-opus-20240229")->entries, IsEmpty());
  const auto& pictures = endpoints.find("seedream-4-high-res-4k-battle")->entries;
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(pictures[0].endpoint.battle_target, 'b');
  EXPECT_EQ(pictures[1].endpoint.mode, arena::Mode::battle) << "the mode of config.jsonc";
  EXPECT_EQ(pictures[1].type, arena::ModelType::image);
  EXPECT_EQ(endpoints.find("搜索//模型")->entries.size(), 1U);
}

TEST_F(PredecessorsConfiguration, WarnsOfEachPlaceholder) {
  EXPECT_THAT(loaded_.warnings,
              ElementsAre(HasSubstr("model_endpoint_map.json:6:21: \"claude-3-opus-20240229\"[0]"),
                          HasSubstr("model_endpoint_map.json:11:21: \"claude-3-opus-20240229\"[1]"),
                          HasSubstr("model_endpoint_map.json:30:21: \"seedream-4-high")));
}

TEST_F(PredecessorsConfiguration, IsEditedInThePlaceOfTheValueAlone) {
  const std::string id = "0199a1ce-70b8-70a1-bcc3-3f04b155b850";
  const std::vector<Edit> edits{{.path = {"session_id"}, .value = id.c_str()}};
  const auto edited = edit(loaded_.texts.config, edits);
  ASSERT_TRUE(edited) << edited.error().message;
  auto expected = loaded_.texts.config;
  const std::string placeholder = "YOUR_SESSION_ID";
  expected.replace(expected.find(placeholder), placeholder.size(), id);
  EXPECT_EQ(*edited, expected);
}

}  // namespace
}  // namespace lmbridge::settings
