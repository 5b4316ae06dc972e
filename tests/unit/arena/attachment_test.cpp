#include "arena/attachment.hpp"

#include "base/base64.hpp"
#include "fakes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::arena {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

const std::string png = "\x89PNG\r\n\x1a\n"s;

std::string data_link(std::string_view type, std::string_view bytes) {
  return "data:" + std::string(type) + ";base64," + base::base64_encoded(bytes);
}

Attachment make(std::string url, std::string_view name = "", bool is_picture = true) {
  CountedIds ids;
  return make_attachment(std::move(url), name, is_picture, ids);
}

TEST(Attachment, OfADataLinkHasTheTypeOfItsBytes) {
  EXPECT_EQ(make(data_link("image/jpeg", png)), (Attachment{.name = "image_id-1.png",
                                                            .content_type = "image/png",
                                                            .url = data_link("image/png", png)}));
  EXPECT_EQ(make(data_link("image/png", "%PDF-1.7"), "paper", false),
            (Attachment{.name = "paper.pdf",
                        .content_type = "application/pdf",
                        .url = data_link("application/pdf", "%PDF-1.7")}));
}

TEST(Attachment, KeepsTheDeclaredKindOfText) {
  EXPECT_EQ(make(data_link("text/markdown", "# Title"), "", false).content_type, "text/markdown");
  EXPECT_EQ(make(data_link("image/png", "# Title"), "", false).content_type, "text/plain");
}

TEST(Attachment, IsTextWhateverCharacterTheFirstBytesEndIn) {
  std::string text = "x";
  while (text.size() < 20'000) text += "\xe4\xb8\xad";
  EXPECT_EQ(make(data_link("text/plain", text), "", false).content_type, "text/plain");
}

TEST(Attachment, OfAnotherLinkHasTheTypeOfItsPath) {
  EXPECT_EQ(make("https://x.example/a.b/c.JPG?x=.png#y.gif").content_type, "image/jpeg");
  EXPECT_EQ(make("https://x.example/a.pdf").content_type, "application/pdf");
  EXPECT_EQ(make("https://x.png").content_type, "image/png");
  EXPECT_EQ(make("https://x.example/a").content_type, "image/png");
  EXPECT_EQ(make("https://x.example/a", "", false).content_type, "application/octet-stream");
  EXPECT_EQ(make("https://x.example/a.JPG").url, "https://x.example/a.JPG");
}

struct Naming {
  std::string given;
  std::string name;
};

void PrintTo(const Naming& naming, std::ostream* out) {
  *out << naming.given.substr(0, 50);
}

class PictureName : public testing::TestWithParam<Naming> {};

TEST_P(PictureName, IsFitForAFile) {
  EXPECT_EQ(make(data_link("image/png", png), GetParam().given).name, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    Each, PictureName,
    testing::Values(Naming{"", "image_id-1.png"}, Naming{"a cat", "a cat.png"},
                    Naming{"a.png", "a.png"}, Naming{"a.PNG", "a.PNG"}, Naming{"a.jpeg", "a.png"},
                    Naming{"version 1.5", "version 1.5.png"},
                    Naming{"../../etc/pass\\wd", "_.._etc_pass_wd.png"},
                    Naming{"a\n\x01\x7f"s + "b\0c"s, "abc.png"}, Naming{" .. ", "image_id-1.png"},
                    Naming{"\n", "image_id-1.png"}, Naming{"\xe4\xb8\xad", "\xe4\xb8\xad.png"},
                    Naming{std::string(500, 'n'), std::string(100, 'n') + ".png"}));

TEST(FileName, KeepsAnEndingThatTheTypeDoesNotRuleOut) {
  EXPECT_EQ(make(data_link("text/plain", "int x;"), "main.cpp", false).name, "main.cpp");
  EXPECT_EQ(make(data_link("text/plain", "{}"), "a.json", false).name, "a.json");
  EXPECT_EQ(make(data_link("text/plain", "text"), "a.png", false).name, "a.txt");
  EXPECT_EQ(make(data_link("text/plain", "PK\3\4"), "letter.docx", false).name, "letter.docx");
  EXPECT_EQ(make(data_link("text/plain", "PK\3\4"), "", false).name, "file_id-1.zip");
  EXPECT_EQ(make(data_link("text/plain", "\1\2"), "README", false).name, "README.bin");
}

TEST(FileName, IsNeverCutInsideACharacter) {
  for (std::size_t blanks = 0; blanks < 6; ++blanks) {
    std::string given(blanks, '\x01');
    given += std::string(blanks, 'x');
    for (int i = 0; i < 200; ++i) given += "\xf0\x9f\x98\x80";
    const auto name = make(data_link("image/png", png), given).name;
    EXPECT_LE(name.size(), 104U);
    EXPECT_EQ((name.size() - 4 - blanks) % 4, 0U);
  }
}

const Attachment link = {.name = "a", .content_type = "image/png", .url = "https://x.example/a"};

TEST(AttachmentCount, IsOfAllMessagesAndItsErrorNamesTheNumbers) {
  std::vector<Message> messages = {{.attachments = {link, link}}, {.attachments = {link}}};
  EXPECT_TRUE(check_attachment_count(messages, 3));
  const auto error = check_attachment_count(messages, 2).error();
  EXPECT_EQ(error.code, ErrorCode::attachment_too_large);
  EXPECT_THAT(error.message, HasSubstr("3 attachments"));
  EXPECT_THAT(error.message, HasSubstr("at most 2"));
  EXPECT_THAT(error.message, HasSubstr("site.max_attachments"));
}

}  // namespace
}  // namespace lmbridge::arena
