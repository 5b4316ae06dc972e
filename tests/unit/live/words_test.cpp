#include "live/words.hpp"

#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

namespace lmbridge::live {
namespace {

using testing::HasSubstr;

TEST(WordsAtTheDoor, AreATokenOrASecretToComeBackWith) {
  const auto token = test::must(parse_introduction(R"({"token":{"secret":"abc"}})"));
  EXPECT_EQ(token.secret, "abc");
  EXPECT_TRUE(token.is_token);
  EXPECT_FALSE(test::must(parse_introduction(R"({ "resume": {"secret":"abc"} })")).is_token);
}

TEST(WordsAtTheDoor, AreNothingElse) {
  for (const auto* text :
       {"", "abc", "[]", "{}", R"({"token":"abc"})", R"({"token":{}})",
        R"({"token":{"secret":""}})", R"({"token":{"secret":null}})", R"({"shown":{}})",
        R"({"token":{"secret":"a"},"resume":{"secret":"a"}})"}) {
    EXPECT_EQ(test::code_of(parse_introduction(text)), ErrorCode::invalid_request) << text;
  }
  EXPECT_FALSE(parse_introduction(R"({"token":{"secret":")" + std::string(201, 'a') + "\"}}"));
}

TEST(WordsOfALiveView, AreThoseOfItsOwnAndAllInput) {
  EXPECT_TRUE(std::holds_alternative<Shown>(test::must(parse_viewer_message(R"({"shown":{}})"))));
  EXPECT_TRUE(
      std::holds_alternative<AskForPages>(test::must(parse_viewer_message(R"({"pages":{}})"))));
  const auto show = test::must(parse_viewer_message(R"({"show":{"page":"5D32"}})"));
  EXPECT_EQ(std::get<ShowPage>(show).id, "5D32");
  const auto input = test::must(parse_viewer_message(R"({"back":{}})"));
  EXPECT_TRUE(std::holds_alternative<bridge::live_input::Back>(std::get<bridge::LiveInput>(input)));
  for (const auto* text :
       {"", "{}", R"({"show":{}})", R"({"show":{"page":""}})", R"({"shown":1})"}) {
    EXPECT_EQ(test::code_of(parse_viewer_message(text)), ErrorCode::invalid_request) << text;
  }
}

TEST(WordsToAViewer, AreOneObjectInAnother) {
  EXPECT_EQ(welcome_json("s"), R"({"welcome":{"resume":"s"}})");
  EXPECT_EQ(refused_json("used"), R"({"refused":{"why":"used"}})");
  EXPECT_EQ(showing_json(""), R"({"showing":{"page":""}})");
  EXPECT_EQ(waiting_json("Click."), R"({"waiting_for":{"text":"Click."}})");
}

TEST(WordsToAViewer, ListPagesWithoutTheirWholeAddresses) {
  const ListedPage page{.page = {.id = "A",
                                 .url = "https://a.test/" + std::string(5000, 'x'),
                                 .title = "\"A\"",
                                 .browser_context_id = ""},
                        .state = "ready"};
  const auto json = pages_json({&page, 1});
  EXPECT_THAT(json, HasSubstr(R"("id":"A","url":"https://a.test/xxx)"));
  EXPECT_THAT(json, HasSubstr(R"("title":"\"A\"","state":"ready")"));
  EXPECT_LT(json.size(), 500U);
}

}  // namespace
}  // namespace lmbridge::live
