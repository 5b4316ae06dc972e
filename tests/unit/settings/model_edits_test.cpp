#include "settings/model_edits.hpp"

#include "settings/load.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

namespace lmbridge::settings {
namespace {

using arena::ModelType;
using testing::ElementsAre;

const std::string one = "11111111-952d-4a5a-86ab-61e407667a75";
const std::string two = "22222222-952d-4a5a-86ab-61e407667a75";

const arena::ModelDifference difference{
    .added = {{.name = "new.one", .id = two, .type = ModelType::search}},
    .removed = {{.name = "gone", .id = one}},
    .changed = {{.before = {.name = "x", .id = one},
                 .after = {.name = "x", .id = two, .type = ModelType::image}}}};

const std::string models =
    "{\n  // mine\n  \"x\": \"" + one + "\", // x\n  \"gone\": \"" + one + "\"\n}\n";

TEST(ModelEdits, ChangeTheModelsThatDifferAndNothingElse) {
  EXPECT_EQ(test::must(with_models(models, difference, false)),
            "{\n  // mine\n  \"x\": \"" + two + ":image\", // x\n  \"gone\": \"" + one +
                "\",\n  \"new.one\": \"" + two + ":search\"\n}\n");
}

TEST(ModelEdits, RemoveModelsOnlyWhenTheyAreToldTo) {
  const auto text = test::must(with_models(models, difference, true));
  EXPECT_EQ(text, "{\n  // mine\n  \"x\": \"" + two + ":image\", // x\n  \"new.one\": \"" + two +
                      ":search\"\n}\n");
  EXPECT_EQ(parse("{}", text).settings.models.models().size(), 2U);
}

TEST(ModelEdits, AreToldInOneLineEach) {
  EXPECT_THAT(describe(difference), ElementsAre("+ new.one (search)", "- gone",
                                                "~ x: text -> image, " + one + " -> " + two));
}

}  // namespace
}  // namespace lmbridge::settings
