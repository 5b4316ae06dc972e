#include "tests/unit/settings/every_key.hpp"

#include "settings/changes.hpp"

namespace lmbridge::settings {

using testing::IsEmpty;

TEST_P(EveryKey, IsReadWhereItIsRight) {
  const auto& key = GetParam();
  EXPECT_FALSE(key.arrived(Settings())) << "the default would pass, too";
  const auto loaded = parse(config(key.path, key.right, key.beside));
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_TRUE(key.arrived(loaded.settings));
}

TEST_P(EveryKey, IsRefusedByNameWhereItIsWrong) {
  const auto& key = GetParam();
  for (const auto& value : key.wrong) {
    const auto text = config(key.path, value, key.beside);
    const auto loaded = parse(text);
    ASSERT_EQ(loaded.errors.size(), 1U) << text;
    const auto column = std::to_string(text.rfind(value) + 1);
    EXPECT_THAT(loaded.errors[0], testing::StartsWith("config.jsonc:1:" + column + ": " + key.path +
                                                      ": found " + value + ", allowed: "));
    EXPECT_THAT(loaded.warnings, IsEmpty()) << text;
  }
}

TEST_P(EveryKey, IsNamedWhenItChangesAndChangesAtOnceUnlessItIsSaidOtherwise) {
  const auto& key = GetParam();
  const auto loaded = parse(config(key.path, key.right, key.beside));
  const auto before = parse(key.beside.empty() ? "{}" : '{' + key.beside + '}');
  const auto changes = compare(before.texts, loaded.texts);
  ASSERT_EQ(changes.at_once.size() + changes.at_next_start.size(), 1U);
  const auto& named = changes.at_once.empty() ? changes.at_next_start[0] : changes.at_once[0];
  EXPECT_TRUE(key.path.starts_with(named) || named.starts_with(key.path)) << named;
  auto next = loaded.settings;
  keep_start_settings(next, before.settings);
  EXPECT_EQ(key.arrived(next), changes.at_next_start.empty()) << named;
}

}  // namespace lmbridge::settings
