#include "arena/model_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

constexpr auto uuid = "c6341952-952d-4a5a-86ab-61e407667a75";

struct Entry {
  std::string value;
  std::optional<std::string> id;
  ModelType type;
};

void PrintTo(const Entry& entry, std::ostream* out) {
  *out << entry.value;
}

class ModelEntries : public testing::TestWithParam<Entry> {};

TEST_P(ModelEntries, AreReadAsTheSeedsFilesMeanThem) {
  const auto model = parse_model_entry("some/model:1.5", GetParam().value);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->name, "some/model:1.5");
  EXPECT_EQ(model->id, GetParam().id);
  EXPECT_EQ(model->type, GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Each, ModelEntries,
    testing::Values(Entry{uuid, uuid, ModelType::text},
                    Entry{std::string(uuid) + ":image", uuid, ModelType::image},
                    Entry{std::string(uuid) + ":Search", uuid, ModelType::search},
                    Entry{std::string(" ") + uuid + " : text ", uuid, ModelType::text},
                    Entry{"null", std::nullopt, ModelType::text},
                    Entry{"NULL", std::nullopt, ModelType::text},
                    Entry{"null:image", std::nullopt, ModelType::image},
                    Entry{"Null:search", std::nullopt, ModelType::search},
                    Entry{"gpt-4o", "gpt-4o", ModelType::text},
                    Entry{"dall-e-3:image", "dall-e-3", ModelType::image},
                    Entry{"llama:free", "llama:free", ModelType::text},
                    Entry{"llama:free:search", "llama:free", ModelType::search}));

TEST(ModelEntries, ThatMakeNoSenseAreRefusedWithNameAndValue) {
  for (const auto& value :
       {std::string(uuid) + ":video", std::string("null:"), std::string(), std::string(":image")}) {
    const auto model = parse_model_entry("m1", value);
    ASSERT_FALSE(model) << value;
    EXPECT_EQ(model.error().code, ErrorCode::invalid_configuration);
    EXPECT_THAT(model.error().message, testing::HasSubstr("\"m1\""));
    EXPECT_THAT(model.error().message, testing::HasSubstr("\"" + value + "\""));
  }
  EXPECT_FALSE(parse_model_entry(" ", uuid));
}

TEST(ModelCatalog, FindsByExactNameAndKeepsTheOrder) {
  const ModelCatalog catalog({{.name = "b", .id = "1"}, {.name = "a"}, {.name = "b", .id = "2"}});
  ASSERT_EQ(catalog.models().size(), 2U);
  EXPECT_EQ(catalog.models()[0].name, "b");
  EXPECT_EQ(catalog.models()[1].name, "a");
  ASSERT_NE(catalog.find("b"), nullptr);
  EXPECT_EQ(catalog.find("b")->id, "1");
  EXPECT_EQ(catalog.find("B"), nullptr);
  EXPECT_EQ(ModelCatalog().find("b"), nullptr);
}

}  // namespace
}  // namespace lmbridge::arena
