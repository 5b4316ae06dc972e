#include "bridge/page_models.hpp"

#include "settings/model_edits.hpp"
#include "tests/integration/bridge/operator_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <sstream>

namespace lmbridge::bridge {
namespace {

using testing::Contains;

class ModelsOfAPage : public ArenaFixture {};

TEST_F(ModelsOfAPage, AreReadFromItsSourceAndWrittenDown) {
  run_in_arena([&]() -> Awaitable {
    const auto read = test::must(co_await read_page_models(*commands, limit));
    EXPECT_EQ(read.account, "0196a1b2");
    std::vector<std::string> names;
    names.reserve(read.models.size());
    for (const auto& model : read.models) {
      names.push_back(model.name + " " + std::string(arena::name(model.type)));
    }
    EXPECT_EQ(names.size(), 12U);
    for (const auto* name : {"heron-large text", "kestrel-chat text", "kestrel-chat@1f4d7a90 text",
                             "osprey-thinking text", "ibis-search search", "finch-image image",
                             "finch-image-edit image", "corbeau-1.5-\xe6\xb5\x81 text"}) {
      EXPECT_THAT(names, Contains(name));
    }
    const auto file = temporary.path() / "available_models.json";
    test::must(write_available_models(file, read.models));
    test::must(write_available_models(file, read.models));
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    EXPECT_EQ(boost::json::parse(text.str()).as_array().size(), 12U);
    EXPECT_FALSE(write_available_models(temporary.path() / "no" / "file", read.models));
    const auto models = test::must(
        settings::with_models("{}", arena::compare(arena::ModelCatalog(), read.models), false));
    EXPECT_THAT(models, testing::HasSubstr(":image\""));
  });
}

TEST_F(ModelsOfAPage, OfAnotherPageAreMissed) {
  run_with("<p>Just a moment...</p>", [&]() -> Awaitable {
    EXPECT_EQ(test::code_of(co_await read_page_models(*commands, limit)), ErrorCode::site_changed);
    EXPECT_EQ(test::must(co_await read_account_mark(*commands, limit)), std::nullopt);
  });
}

}  // namespace
}  // namespace lmbridge::bridge
