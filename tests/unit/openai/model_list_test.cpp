#include "openai/model_list.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lmbridge::openai {
namespace {

TEST(ModelList, HasTheFieldsThatClientsRead) {
  const std::vector<ListedModel> models = {{.id = "a/b:c.1",
                                            .name = "A \"B\"",
                                            .created = 1790000000,
                                            .owned_by = "openai",
                                            .input_modalities = {"text", "image"},
                                            .output_modalities = {"text"}},
                                           {.id = "plain", .created = 7, .owned_by = "lmarena"}};
  EXPECT_EQ(model_list_body(models),
            R"({"object":"list","data":[{"id":"a/b:c.1","object":"model","created":1790000000,)"
            R"("owned_by":"openai","name":"A \"B\"","architecture":{"input_modalities":)"
            R"(["text","image"],"output_modalities":["text"]}},{"id":"plain","object":"model",)"
            R"("created":7,"owned_by":"lmarena","name":"plain"}]})");
}

TEST(ModelList, MayBeEmpty) {
  EXPECT_EQ(model_list_body({}), R"({"object":"list","data":[]})");
}

TEST(ModelList, OneModelIsAnEntryByItself) {
  EXPECT_EQ(model_body({.id = "m", .created = 7, .owned_by = "o", .output_modalities = {"image"}}),
            R"({"id":"m","object":"model","created":7,"owned_by":"o","name":"m",)"
            R"("architecture":{"input_modalities":[],"output_modalities":["image"]}})");
}

}  // namespace
}  // namespace lmbridge::openai
