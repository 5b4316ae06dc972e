#include "settings/load.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace lmbridge::settings {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(ModelsFile, IsReadInOrder) {
  const auto loaded = parse("{}", R"({
  // 文本
  "a b": "c6341952-952d-4a5a-86ab-61e407667a75:image",
  "中文": "null",
})");
  EXPECT_THAT(loaded.errors, IsEmpty());
  const auto models = loaded.settings.models.models();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].name, "a b");
  EXPECT_EQ(models[0].id, "c6341952-952d-4a5a-86ab-61e407667a75");
  EXPECT_EQ(models[0].type, arena::ModelType::image);
  EXPECT_EQ(models[1].name, "中文");
  EXPECT_EQ(models[1].id, std::nullopt);
}

TEST(ModelsFile, NamesEveryEntryThatIsNoString) {
  const auto loaded = parse("{}", "{\"good\":\"null\",\n\"bad\":7,\n\"worse\":{\"id\":1}}");
  ASSERT_EQ(loaded.errors.size(), 2U);
  EXPECT_THAT(loaded.errors[0], StartsWith("models.json:2:7: \"bad\": found 7, allowed: "));
  EXPECT_THAT(loaded.errors[1], StartsWith("models.json:3:9: \"worse\": found {\"id\":1}"));
  EXPECT_EQ(loaded.settings.models.models().size(), 1U);
}

TEST(ModelsFile, MustBeAnObject) {
  EXPECT_THAT(parse("{}", "[]").errors, ElementsAre(StartsWith("models.json:1:1: ")));
}

TEST(BrokenFiles, AreReportedTogetherEachWithItsPlace) {
  const auto loaded = parse("{\n\"a\": }", "{\"x\": \"y\" \"z\"}");
  EXPECT_THAT(loaded.errors, ElementsAre("config.jsonc:2:6: expected a value",
                                         "models.json:1:11: expected , or }"));
}

TEST(BrokenFiles, AllMistakesAreReportedAtOnce) {
  const auto loaded = parse(
      R"({"api_key":1,"server":{"listen":"x","drain_seconds":-1},"logging":{"level":2}})", "{}");
  EXPECT_EQ(loaded.errors.size(), 4U);
}

class ConfigurationDirectory : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) {
    std::ofstream(directory_.path() / name, std::ios::binary) << text;
  }
  Loaded load_it() { return load(directory_.path() / "config.jsonc"); }

  test::TemporaryDirectory directory_;
};

TEST_F(ConfigurationDirectory, IsReadWithTheModelsBesideIt) {
  write("config.jsonc", R"({"api_key":"k"})");
  write("models.json", R"({"m":"null"})");
  const auto loaded = load_it();
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  ASSERT_EQ(loaded.settings.api_keys.size(), 1U);
  EXPECT_EQ(loaded.settings.api_keys[0].key, "k");
  ASSERT_EQ(loaded.settings.models.models().size(), 1U);
}

TEST_F(ConfigurationDirectory, WithoutModelsIsWarnedAbout) {
  write("config.jsonc", "{}");
  const auto loaded = load_it();
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("models.json")));
}

TEST_F(ConfigurationDirectory, WithoutAConfigurationIsAnErrorThatSaysWhy) {
  write("models.json", "{}");
  EXPECT_THAT(load_it().errors,
              ElementsAre(testing::AllOf(HasSubstr("config.jsonc"), HasSubstr("No such file"))));
}

TEST_F(ConfigurationDirectory, InPlaceOfAFileIsAnErrorToo) {
  fs::create_directory(directory_.path() / "config.jsonc");
  write("models.json", "{}");
  EXPECT_THAT(load_it().errors, ElementsAre(HasSubstr("Is a directory")));
}

TEST_F(ConfigurationDirectory, WithAHugeFileDoesNotFillTheMemory) {
  write("config.jsonc", "{}");
  fs::resize_file(directory_.path() / "config.jsonc", 1ULL << 40U);  // a hole; takes no space
  write("models.json", "{}");
  EXPECT_THAT(load_it().errors, ElementsAre(HasSubstr("too many")));
}

}  // namespace
}  // namespace lmbridge::settings
