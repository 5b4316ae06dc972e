// Texts, pictures and files in messages, and the options that bound an answer.

#include "openai/chat_request.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::openai {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_parts(std::string_view parts, std::string_view role = "user") {
  return fmt::format(R"({{"model":"m","messages":[{{"role":"{}","content":[{}]}}]}})", role, parts);
}

/// A good request with `fields` in front.
std::string with(std::string_view fields) {
  return fmt::format(R"({{{},"model":"m","messages":[{{"role":"user","content":"x"}}]}})", fields);
}

constexpr std::string_view png = "data:image/png;base64,iVBORw0KGgo=";

struct Part {
  std::string json;
  ChatAttachment attachment;
};

void PrintTo(const Part& part, std::ostream* out) {
  *out << part.json;
}

class AttachmentPart : public testing::TestWithParam<Part> {};

TEST_P(AttachmentPart, IsReadInMessagesOfEveryRole) {
  for (const auto* role : {"system", "developer", "user", "assistant"}) {
    const auto request = parse_chat_request(with_parts(GetParam().json, role));
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->messages[0].content, "");
    EXPECT_THAT(request->messages[0].attachments, ElementsAre(GetParam().attachment));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Pictures, AttachmentPart,
    testing::Values(
        Part{R"({"type":"image_url","image_url":{"url":"https://x.example/a.png","detail":"low"}})",
             {.url = "https://x.example/a.png", .is_picture = true}},
        Part{R"({"type":"image_url","image_url":"https://x.example/a.png"})",
             {.url = "https://x.example/a.png", .is_picture = true}},
        Part{R"({"type":"input_image","image_url":"https://x.example/a.png"})",
             {.url = "https://x.example/a.png", .is_picture = true}},
        Part{R"({"type":"input_image","image_url":{"url":"data:image/png;base64,iVBO\nRw0KGgo"}})",
             {.url = std::string(png), .is_picture = true}}));

INSTANTIATE_TEST_SUITE_P(
    Files, AttachmentPart,
    testing::Values(
        Part{R"({"type":"file","file":{"filename":"a.pdf",)"
             R"("file_data":"data:application/pdf;base64,JVBERi0="}})",
             {.url = "data:application/pdf;base64,JVBERi0=", .name = "a.pdf"}},
        Part{R"({"type":"file","file":{"file_data":"JVBERi0=","file_id":null,"filename":null}})",
             {.url = "data:application/octet-stream;base64,JVBERi0="}},
        Part{R"({"type":"file","file":{"file_data":"https://x.example/a.pdf","file_id":"f"}})",
             {.url = "https://x.example/a.pdf"}}));

TEST(ContentParts, KeepTextsAndAttachmentsApartAndInOrder) {
  const auto request = parse_chat_request(with_parts(
      R"({"type":"image_url","image_url":"https://x.example/1"},{"type":"text","text":"one"},)"
      R"({"type":"image_url","image_url":"https://x.example/2"},{"type":"text","text":""},)"
      R"({"type":"text","text":"two"})"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->messages[0].content, "one\n\ntwo");
  ASSERT_EQ(request->messages[0].attachments.size(), 2U);
  EXPECT_EQ(request->messages[0].attachments[0].url, "https://x.example/1");
  EXPECT_EQ(request->messages[0].attachments[1].url, "https://x.example/2");
}

TEST(ContentParts, ListTheFieldsThatDoNothing) {
  const auto request = parse_chat_request(
      with_parts(R"({"type":"image_url","image_url":{"url":"https://x.example/1","detail":"low"}},)"
                 R"({"type":"file","cache_control":{},"file":{"file_data":"QUJD","size":3}})"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_THAT(request->ignored,
              ElementsAre("messages[].content[].cache_control", "messages[].content[].file.size",
                          "messages[].content[].image_url.detail"));
}

TEST(ContentParts, MayHaveHttpLinksWhereThatIsAllowed) {
  const auto body = with_parts(R"({"type":"image_url","image_url":"http://x.example/a"})");
  EXPECT_FALSE(parse_chat_request(body));
  EXPECT_TRUE(parse_chat_request(body, {.allow_http_links = true}));
}

TEST(ContentParts, TakeLargeLinks) {
  const std::string data(8UL * 1024 * 1024, 'A');
  const auto request = parse_chat_request(with_parts(
      fmt::format(R"({{"type":"image_url","image_url":"data:image/png;base64,{}"}})", data)));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->messages[0].attachments[0].url, "data:image/png;base64," + data);
}

struct Bad {
  std::string part;
  /// Behind messages[0].content[0].
  std::string param;
  std::string reason;
};

void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.part;
}

class BadPart : public testing::TestWithParam<Bad> {};

TEST_P(BadPart, IsRefusedWithItsPath) {
  const auto request = parse_chat_request(with_parts(GetParam().part));
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, ErrorCode::invalid_request);
  EXPECT_EQ(request.error().param, "messages[0].content[0]" + GetParam().param);
  EXPECT_THAT(request.error().message, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadPart,
    testing::Values(
        Bad{R"({"type":"image_url"})", ".image_url", "needs a link"},
        Bad{R"({"type":"image_url","image_url":5})", ".image_url", "string"},
        Bad{R"({"type":"image_url","image_url":{}})", ".image_url.url", "needs a link"},
        Bad{R"({"type":"image_url","image_url":{"url":null}})", ".image_url.url", "string"},
        Bad{R"({"type":"image_url","image_url":{"url":"http://x.example/"}})", ".image_url.url",
            "allow_http_links"},
        Bad{R"({"type":"image_url","image_url":"https://u:p@x.example/"})", ".image_url",
            "user name"},
        Bad{R"({"type":"input_image","file_id":"f"})", ".image_url", "needs a link"},
        Bad{R"({"type":"file"})", ".file", "object"},
        Bad{R"({"type":"file","file":{}})", ".file.file_data", "data: link or base64"},
        Bad{R"({"type":"file","file":{"file_id":"f"}})", ".file.file_id", "cannot be stored"},
        Bad{R"({"type":"file","file":{"file_data":5}})", ".file.file_data", "data: link"},
        Bad{R"({"type":"file","file":{"file_data":"a?b"}})", ".file.file_data", "not base64"},
        Bad{R"({"type":"file","file":{"file_data":"QUJD","filename":5}})", ".file.filename",
            "string"},
        Bad{R"({"type":"input_audio"})", ".type", "\"input_audio\" are not supported"}));

TEST(AnswerBounds, AreReadAndNotListedAsIgnored) {
  const auto request = parse_chat_request(
      with(R"("max_tokens":9,"max_completion_tokens":7,"n":8,"stop":["a","","b"])"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->max_tokens, 7U);
  EXPECT_EQ(request->n, 8U);
  EXPECT_THAT(request->stop, ElementsAre("a", "b"));
  EXPECT_THAT(request->ignored, IsEmpty());
}

TEST(AnswerBounds, AreNoneUnlessGiven) {
  const auto request = parse_chat_request(with(R"("max_tokens":null,"n":null,"stop":null)"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->max_tokens, std::nullopt);
  EXPECT_EQ(request->n, 1U);
  EXPECT_THAT(request->stop, IsEmpty());
}

TEST(AnswerBounds, MayBeWrittenInOtherForms) {
  EXPECT_THAT(parse_chat_request(with(R"("stop":"end")"))->stop, ElementsAre("end"));
  EXPECT_THAT(parse_chat_request(with(R"("stop":"")"))->stop, IsEmpty());
  EXPECT_EQ(parse_chat_request(with(R"("max_tokens":1e2)"))->max_tokens, 100U);
  EXPECT_EQ(parse_chat_request(with(R"("max_tokens":1e300)"))->max_tokens,
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_chat_request(with(R"("n":2.0)"))->n, 2U);
}

}  // namespace
}  // namespace lmbridge::openai
