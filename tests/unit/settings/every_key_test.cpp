#include "tests/unit/settings/every_key.hpp"

#include "settings/changes.hpp"
#include "settings/effective.hpp"

#include <boost/json/serialize.hpp>

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

TEST_P(EveryKey, IsShownWithItsValue) {
  const auto& key = GetParam();
  const auto shown =
      find_value(effective_config(config(key.path, key.right, key.beside)), key.path);
  ASSERT_TRUE(shown) << "it is missing in the shipped configuration";
  const auto text = boost::json::serialize(*shown);
  if (text.find(hidden) != std::string::npos) return;
  EXPECT_TRUE(key.arrived(parse(config(key.path, text, key.beside)).settings)) << text;
}

}  // namespace lmbridge::settings
