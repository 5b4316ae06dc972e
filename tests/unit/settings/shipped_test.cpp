#include "settings/load.hpp"

#include <gmock/gmock.h>

namespace lmbridge::settings {
namespace {

TEST(ShippedConfiguration, StatesTheDefaultsAndNothingElse) {
  auto loaded = load(SHIPPED "/config.jsonc");
  EXPECT_THAT(loaded.errors, testing::IsEmpty());
  EXPECT_THAT(loaded.warnings, testing::IsEmpty());
  EXPECT_EQ(loaded.settings.session_id, "") << "placeholders are no ids";
  EXPECT_THAT(loaded.settings.models, testing::Not(testing::IsEmpty()));
  loaded.settings.models.clear();
  EXPECT_EQ(loaded.settings, Settings{});
}

TEST(Markers, EmptyOnesAreRefusedBecauseTheyStandInEverything) {
  const auto loaded = parse(R"({"site":{"markers":{"moderation":["blocked",""]}}})", "{}");
  EXPECT_THAT(loaded.errors,
              testing::ElementsAre(testing::HasSubstr("site.markers.moderation: found")));
}

}  // namespace
}  // namespace lmbridge::settings
