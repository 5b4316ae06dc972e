#include "api/chat_messages.hpp"

#include "base/base64.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::api {
namespace {

using arena::Message;
using arena::ModelType;
using testing::ElementsAre;
using testing::HasSubstr;

class FixedIds final : public base::IdSource {
 public:
  std::string uuid() override { return "c6341952-952d-4a5a-86ab-61e407667a75"; }
  std::string token() override { return {}; }
};

openai::ChatRequest parsed(std::string_view messages) {
  auto request =
      openai::parse_chat_request(R"({"model":"m","messages":)" + std::string(messages) + '}');
  EXPECT_TRUE(request) << request.error().message;
  return *std::move(request);
}

Result<std::vector<Message>> converted(openai::ChatRequest request,
                                       const settings::Settings& settings = {},
                                       ModelType type = ModelType::text) {
  FixedIds ids;
  return to_arena_messages(request, type, settings, ids);
}

const std::string png = "data:image/png;base64," + base::base64_encoded("\x89PNG\r\n\x1a\n");

TEST(ChatMessages, KeepRolesTextsAndOrder) {
  EXPECT_THAT(*converted(parsed(R"([{"role":"developer","content":"1"},)"
                                R"({"role":"user","content":"2"},)"
                                R"({"role":"assistant","content":"3"},)"
                                R"({"role":"user","content":""}])")),
              ElementsAre(Message{.role = arena::Role::system, .content = "1"},
                          Message{.role = arena::Role::user, .content = "2"},
                          Message{.role = arena::Role::assistant, .content = "3"},
                          Message{.role = arena::Role::user, .content = ""}));
}

TEST(ChatMessages, GetAttachmentsFromPartsAndFromMarkdown) {
  const auto messages = converted(
      parsed(R"j([{"role":"assistant","content":"here\n\n![a cat]()j" + png +
             R"j()"},)j"
             R"j({"role":"user","content":[{"type":"text","text":"and this?"},)j"
             R"j({"type":"image_url","image_url":{"url":")j" +
             png +
             R"j("}},)j"
             R"j({"type":"file","file":{"filename":"notes.md","file_data":"IyBUaXRsZQ=="}}]}])j"));
  ASSERT_TRUE(messages) << messages.error().message;
  EXPECT_THAT(
      *messages,
      ElementsAre(
          Message{.role = arena::Role::assistant,
                  .content = "here",
                  .attachments = {{.name = "a cat.png", .content_type = "image/png", .url = png}}},
          Message{.role = arena::Role::user,
                  .content = "and this?",
                  .attachments = {
                      {.name = "image_c6341952.png", .content_type = "image/png", .url = png},
                      {.name = "notes.md",
                       .content_type = "text/plain",
                       .url = "data:text/plain;base64,IyBUaXRsZQ=="}}}));
}

TEST(ChatMessages, AreShapedAsTheSettingsHaveIt) {
  settings::Settings settings;
  settings.shaping.merge_system_messages = true;
  settings.shaping.strip_reasoning = true;
  settings.shaping.injection.text = true;
  settings.shaping.injection.message = {.role = arena::Role::user, .content = "injected"};
  EXPECT_THAT(*converted(parsed(R"([{"role":"assistant","content":"<think>a</think>b"},)"
                                R"({"role":"system","content":"s"}])"),
                         settings),
              ElementsAre(Message{.role = arena::Role::system, .content = "s"},
                          Message{.role = arena::Role::assistant, .content = "b"},
                          Message{.role = arena::Role::user, .content = "injected"}));
}

TEST(ChatMessages, LeaveTheTextsInTheRequestForThoseWhoCountTokens) {
  auto request = parsed(R"([{"role":"assistant","content":"<think>a</think>b"}])");
  FixedIds ids;
  EXPECT_TRUE(to_arena_messages(request, ModelType::text, {}, ids));
  EXPECT_EQ(request.messages[0].content, "<think>a</think>b");
}

TEST(ChatMessages, TakeHttpPicturesWhereThatIsAllowed) {
  const auto request = parsed(R"j([{"role":"assistant","content":"![a](http://x.example/a)"}])j");
  EXPECT_EQ(converted(request)->at(0).content, "![a](http://x.example/a)");
  settings::Settings settings;
  settings.server.allow_http_links = true;
  EXPECT_EQ(converted(request, settings)->at(0).attachments.size(), 1U);
}

TEST(ChatMessages, WithTooManyAttachmentsAreRefusedWithTheNumbers) {
  settings::Settings settings;
  settings.site.max_attachments = 1;
  const auto request = parsed(R"([{"role":"user","content":[)"
                              R"({"type":"image_url","image_url":"https://x.example/a"},)"
                              R"({"type":"image_url","image_url":"https://x.example/b"}]}])");
  const auto many = converted(request, settings);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, ErrorCode::attachment_too_large);
  EXPECT_THAT(many.error().message, HasSubstr("2 attachments"));
}

}  // namespace
}  // namespace lmbridge::api
