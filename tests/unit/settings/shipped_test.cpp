#include "settings/load.hpp"

#include <gmock/gmock.h>

namespace lmbridge::settings {
namespace {

TEST(ShippedConfiguration, StatesTheDefaultsAndNothingElse) {
  auto loaded = load(SHIPPED "/config.jsonc");
  EXPECT_THAT(loaded.errors, testing::IsEmpty());
  EXPECT_THAT(loaded.warnings, testing::IsEmpty());
  EXPECT_EQ(loaded.settings.default_endpoint.session_id, "") << "placeholders are no ids";
  EXPECT_FALSE(loaded.settings.models.models().empty());
  EXPECT_TRUE(loaded.settings.endpoints.pools().empty());
  loaded.settings.models = {};
  EXPECT_EQ(loaded.settings, Settings{});
}

TEST(Markers, EmptyOnesAreRefusedBecauseTheyStandInEverything) {
  const auto loaded = parse(R"({"site":{"markers":{"moderation":["blocked",""]}}})");
  EXPECT_THAT(loaded.errors,
              testing::ElementsAre(testing::HasSubstr("site.markers.moderation: found")));
}

}  // namespace
}  // namespace lmbridge::settings
