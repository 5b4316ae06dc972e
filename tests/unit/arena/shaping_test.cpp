#include "arena/shaping.hpp"

#include "fakes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

using testing::ElementsAre;

constexpr auto system = Role::system;
constexpr auto user = Role::user;
constexpr auto assistant = Role::assistant;

Attachment picture(std::string name) {
  return {.name = std::move(name), .content_type = "image/png", .url = "https://x.example/a.png"};
}

std::vector<Message> shaped(std::vector<Message> messages, const Shaping& shaping,
                            ModelType type = ModelType::text) {
  CountedIds ids;
  shape(messages, type, shaping, {}, ids);
  return messages;
}

TEST(TavernMode, MergesSystemMessagesInFront) {
  const std::vector<Message> messages = {
      {.role = user, .content = "1"},      {.role = system, .content = "a"},
      {.role = assistant, .content = "2"}, {.role = system},
      {.role = system, .content = "b"},    {.role = user, .content = "3"}};
  EXPECT_THAT(
      shaped(messages, {.merge_system_messages = true}),
      ElementsAre(Message{.role = system, .content = "a\n\nb"},
                  Message{.role = user, .content = "1"}, Message{.role = assistant, .content = "2"},
                  Message{.role = user, .content = "3"}));
  EXPECT_EQ(shaped(messages, {}), messages);
}

TEST(TavernMode, KeepsTheAttachmentsOfAllSystemMessages) {
  const auto messages = shaped({{.role = system, .content = "a", .attachments = {picture("1")}},
                                {.role = system, .attachments = {picture("2")}},
                                {.role = user}},
                               {.merge_system_messages = true});
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_THAT(messages[0].attachments, ElementsAre(picture("1"), picture("2")));
}

TEST(TavernMode, MovesASingleSystemMessageToTheFrontAndNeedsNone) {
  EXPECT_THAT(
      shaped({{.content = "1"}, {.role = system, .content = "a"}}, {.merge_system_messages = true}),
      ElementsAre(Message{.role = system, .content = "a"}, Message{.content = "1"}));
  EXPECT_THAT(shaped({{.content = "1"}}, {.merge_system_messages = true}),
              ElementsAre(Message{.content = "1"}));
}

struct Stripped {
  std::string text;
  std::string rest;
};

void PrintTo(const Stripped& stripped, std::ostream* out) {
  *out << stripped.text;
}

class Reasoning : public testing::TestWithParam<Stripped> {};

TEST_P(Reasoning, IsStrippedFromAssistantMessagesOnly) {
  const auto& text = GetParam().text;
  const auto messages =
      shaped({{.role = assistant, .content = text}, {.role = user, .content = text}},
             {.strip_reasoning = true});
  EXPECT_EQ(messages[0].content, GetParam().rest);
  EXPECT_EQ(messages[1].content, text);
  EXPECT_EQ(shaped({{.role = assistant, .content = text}}, {})[0].content, text);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Reasoning,
    testing::Values(Stripped{"<think>a\nb</think>\n\nanswer", "answer"},
                    Stripped{"<think></think>", ""},
                    Stripped{"x <think>a</think> y<think>b</think>\nz", "x yz"},
                    Stripped{"<think>never closed", "<think>never closed"},
                    Stripped{"a</think> b", "a</think> b"},
                    Stripped{"<think>a</think>b <think>c", "b <think>c"},
                    Stripped{"`<think>`a</think>", "`<think>`a</think>"},
                    Stripped{"```\n<think>a</think>\n```", "```\n<think>a</think>\n```"},
                    Stripped{"<think>`</think>` is a tag</think>b", "b"},
                    Stripped{"<think>a `</think>`", "<think>a `</think>`"},
                    Stripped{"<think>\n```\nopen</think>b `c`", "b `c`"},
                    Stripped{"<think><think>a</think>b</think>c", "b</think>c"}));

TEST(Reasoning, TakesLinearTimeToStrip) {
  for (const std::string pattern :
       {"<think>", "<think></think>", "<think>`", "</think>", "`<think>`", "```\n<think>"}) {
    std::string text;
    while (text.size() < 1024UL * 1024) text += pattern;
    strip_reasoning(text);
    EXPECT_LE(text.size(), 1024UL * 1024 + pattern.size());
  }
}

TEST(PicturesOfAnswers, BecomeAttachmentsUnlessTheyAreReasoning) {
  const std::string a = "![a](https://x.example/a.png)";
  const auto messages = shaped({{.role = assistant,
                                 .content = "<think>" + a + "</think>see " + a + a,
                                 .attachments = {picture("own")}},
                                {.role = assistant, .content = a},
                                {.role = user, .content = a}},
                               {.strip_reasoning = true});
  EXPECT_EQ(messages[0].content, "see");
  EXPECT_THAT(messages[0].attachments,
              ElementsAre(picture("own"), picture("a.png"), picture("a.png")));
  EXPECT_EQ(messages[1].content, "");
  EXPECT_THAT(messages[1].attachments, ElementsAre(picture("a.png")));
  EXPECT_EQ(messages[2].content, a);
  EXPECT_TRUE(messages[2].attachments.empty());
}

TEST(PictureSplit, PutsTheAttachmentsOfTheLastUserMessageIntoOneOfTheirOwn) {
  const std::vector<Message> messages = {
      {.role = user, .content = "1", .attachments = {picture("1")}},
      {.role = user, .content = "2", .attachments = {picture("2")}}};
  const Shaping split = {.split_pictures = true};
  EXPECT_THAT(shaped(messages, split, ModelType::image),
              ElementsAre(messages[0], Message{.role = user, .attachments = {picture("2")}},
                          Message{.role = user, .content = "2"}));
  EXPECT_EQ(shaped(messages, split, ModelType::text), messages);
  EXPECT_EQ(shaped(messages, {}, ModelType::image), messages);
}

TEST(PictureSplit, NeedsAttachmentsAndText) {
  const Shaping split = {.split_pictures = true};
  for (const auto& message :
       {Message{.content = "text"}, Message{.attachments = {picture("1")}},
        Message{.role = system, .content = "text", .attachments = {picture("1")}}}) {
    EXPECT_THAT(shaped({message}, split, ModelType::image), ElementsAre(message));
  }
}

TEST(MessageInjection, AppendsItsMessageForTheTypesItIsMeantFor) {
  const Message injected = {.role = user, .content = "injected", .participant_position = 'b'};
  struct Case {
    Injection injection;
    ModelType type;
  };
  const std::vector<Case> cases = {{{.text = true, .message = injected}, ModelType::text},
                                   {{.search = true, .message = injected}, ModelType::search},
                                   {{.image = true, .message = injected}, ModelType::image}};
  for (const auto& one : cases) {
    for (const auto type : {ModelType::text, ModelType::search, ModelType::image}) {
      const auto messages = shaped({{.content = "1"}}, {.injection = one.injection}, type);
      EXPECT_EQ(messages.back() == injected, type == one.type);
    }
  }
}

TEST(MessageInjection, ComesBehindThePictureSplitAndIsNotShaped) {
  const Message injected = {.role = assistant,
                            .content = "<think>a</think>![a](https://x.example/a.png)"};
  const auto messages =
      shaped({{.content = "1", .attachments = {picture("1")}}},
             {.split_pictures = true, .injection = {.image = true, .message = injected}},
             ModelType::image);
  EXPECT_THAT(messages, ElementsAre(Message{.attachments = {picture("1")}}, Message{.content = "1"},
                                    injected));
}

}  // namespace
}  // namespace lmbridge::arena
