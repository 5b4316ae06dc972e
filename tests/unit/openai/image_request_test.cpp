#include "openai/image_request.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::openai {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view png = "data:image/png;base64,iVBORw0KGgo=";

ImageRequest generation(std::string_view body) {
  auto parsed = parse_image_generation(body, {});
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? *std::move(parsed) : ImageRequest{};
}

ImageRequest edit(std::string_view body) {
  auto parsed = parse_image_edit(body, {});
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? *std::move(parsed) : ImageRequest{};
}

/// "param: message" of what is refused.
std::string refusal(const Result<ImageRequest>& parsed) {
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().code, ErrorCode::invalid_request);
  return parsed.error().param + ": " + parsed.error().message;
}
std::string refused(std::string_view body) {
  return refusal(parse_image_generation(body, {}));
}

TEST(ImageGenerations, HaveTheDefaultsOfOpenAi) {
  const auto request = generation(R"({"model":"painter","prompt":"a cat"})");
  EXPECT_EQ(request.model, "painter");
  EXPECT_EQ(request.prompt, "a cat");
  EXPECT_EQ(request.n, 1U);
  EXPECT_EQ(request.response_format, ImageResponseFormat::url);
  EXPECT_FALSE(request.file_format || request.quality);
  EXPECT_THAT(request.images, IsEmpty());
  EXPECT_THAT(request.ignored, IsEmpty());
  EXPECT_EQ(generation(R"({"model":"gpt-image-1","prompt":"a cat"})").response_format,
            ImageResponseFormat::b64_json)
      << "these models know nothing else";
}

TEST(ImageGenerations, GiveWhatWasAskedFor) {
  const auto request = generation(
      R"({"model":"m","prompt":"p","n":10,"response_format":"b64_json","output_format":"webp",
          "output_compression":0,"stream":false})");
  EXPECT_EQ(request.n, 10U);
  EXPECT_EQ(request.response_format, ImageResponseFormat::b64_json);
  EXPECT_EQ(request.file_format, ImageFileFormat::webp);
  EXPECT_EQ(request.quality, 1) << "encoders begin at one";
}

TEST(ImageGenerations, NameWhatDoesNothing) {
  EXPECT_THAT(generation(R"({"model":"m","prompt":"p","size":"1024x1024","quality":"hd",
                             "style":null,"output_format":"png","surprise":[]})")
                  .ignored,
              ElementsAre("output_format", "quality", "size", "surprise"))
      << "a link leads to what the site has made";
}

TEST(ImageGenerations, RefuseWhatCannotBeRight) {
  EXPECT_THAT(refused(R"({"prompt":"p"})"), HasSubstr("model: "));
  EXPECT_THAT(refused(R"({"model":"m"})"), HasSubstr("prompt: the prompt is missing"));
  EXPECT_THAT(refused(R"({"model":"m","prompt":" "})"), HasSubstr("prompt: the prompt is missing"));
  EXPECT_THAT(refused(R"({"model":"m","prompt":["p"]})"),
              HasSubstr("prompt: prompt must be a str"));
  EXPECT_THAT(refused(R"({"model":"m","prompt":"p","n":0})"), HasSubstr("n: n must be a whole"));
  EXPECT_THAT(refused(R"({"model":"m","prompt":"p","n":11})"), HasSubstr("from 1 to 10"));
  EXPECT_THAT(refused(R"({"model":"m","prompt":"p","response_format":"png"})"),
              HasSubstr("must be one of \"url\", \"b64_json\""));
  EXPECT_THAT(refused(R"({"model":"m","prompt":"p","output_format":"bmp"})"),
              HasSubstr("output_format: "));
  EXPECT_THAT(refused(R"({"model":"m","prompt":"p","stream":true})"),
              HasSubstr("stream: pictures can't be streamed"));
  EXPECT_THAT(refused(R"({"model":"m","prompt":"p","image":"x"})"),
              HasSubstr("image: pictures are edited with POST /v1/images/edits"));
  EXPECT_THAT(refused("[]"), HasSubstr("the body must be a JSON object"));
}

TEST(ImageEdits, TakePicturesAsLinksInAnyOfTheirForms) {
  const std::string data(png);
  const auto prefix = R"({"model":"m","prompt":"p",)" + std::string();
  for (const auto& images : {R"("image":")" + data + "\"", R"("image":[")" + data + "\"]",
                             R"("images":[{"image_url":")" + data + "\"}]",
                             R"("image":{"image_url":")" + data + "\"}"}) {
    const auto request = edit(prefix + images + '}');
    ASSERT_EQ(request.images.size(), 1U) << images;
    EXPECT_EQ(request.images[0].url, png);
    EXPECT_TRUE(request.images[0].is_picture);
    EXPECT_THAT(request.ignored, IsEmpty());
  }
}

TEST(ImageEdits, RefuseWhatIsNoPicture) {
  const auto refused_edit = [](const std::string& more) {
    return refusal(parse_image_edit(R"({"model":"m","prompt":"p")" + more + '}', {}));
  };
  EXPECT_THAT(refused_edit(""), HasSubstr("image: the picture to edit is missing"));
  EXPECT_THAT(refused_edit(R"(,"image":[])"), HasSubstr("image: the picture to edit is missing"));
  EXPECT_THAT(refused_edit(R"(,"image":[7])"), HasSubstr("image[0]: a picture must be a https:"));
  EXPECT_THAT(refused_edit(R"(,"images":[{"file_id":"file-1"}])"),
              HasSubstr("images[0].image_url: a picture must be"));
  EXPECT_THAT(refused_edit(R"(,"image":"ftp://x/y.png")"), HasSubstr("image: "));
  EXPECT_THAT(refused_edit(R"(,"image":"https://x/y.png","mask":"https://x/m.png")"),
              HasSubstr("mask: the site knows no masks"));
  std::string many = R"(,"image":[)";
  for (int i = 0; i < 17; ++i) many += (i > 0 ? "," : "") + std::string("\"https://x/y.png\"");
  EXPECT_THAT(refused_edit(many + ']'), HasSubstr("at most 16 pictures"));
}

TEST(ImageEditForms, TakeFilesAndFields) {
  const std::vector<ImageFormField> fields{
      {.name = "model", .filename = {}, .content = "m"},
      {.name = "prompt", .filename = {}, .content = "make it blue"},
      {.name = "n", .filename = {}, .content = "2"},
      {.name = "size", .filename = {}, .content = "512x512"},
      {.name = "image[]", .filename = "a.png", .content = "\x89PNG"},
      {.name = "image[]", .filename = "", .content = "GIF8"},
  };
  const auto request = parse_image_edit_form(fields, {});
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->n, 2U);
  EXPECT_EQ(request->prompt, "make it blue");
  EXPECT_THAT(request->ignored, ElementsAre("size"));
  ASSERT_EQ(request->images.size(), 2U);
  EXPECT_EQ(request->images[0].url, "data:application/octet-stream;base64,iVBORw==");
  EXPECT_EQ(request->images[0].name, "a.png");
}

TEST(ImageEditForms, RefuseWhatCannotBeRight) {
  using Fields = std::vector<ImageFormField>;
  const auto refused_form = [](const Fields& more) {
    Fields fields{{.name = "model", .filename = {}, .content = "m"},
                  {.name = "prompt", .filename = {}, .content = "p"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return refusal(parse_image_edit_form(fields, {}));
  };
  const ImageFormField file{.name = "image", .filename = "a.png", .content = "x"};
  EXPECT_THAT(refused_form({}), HasSubstr("image: the picture to edit is missing"));
  EXPECT_THAT(refused_form({{.name = "image", .filename = {}, .content = "text"}}),
              HasSubstr("image: a picture must be a file"));
  EXPECT_THAT(refused_form({{.name = "image", .filename = "a.png", .content = ""}}),
              HasSubstr("that is not empty"));
  EXPECT_THAT(refused_form({file, {.name = "n", .filename = {}, .content = "two"}}),
              HasSubstr("n: n must be a whole number"));
  EXPECT_THAT(refused_form({file, {.name = "n", .filename = {}, .content = "99"}}),
              HasSubstr("from 1 to 10"));
  EXPECT_THAT(refused_form({file, {.name = "mask", .filename = "m.png", .content = "x"}}),
              HasSubstr("mask: the site knows no masks"));
  EXPECT_THAT(refused_form({file, {.name = "user", .filename = {}, .content = "\xff"}}),
              HasSubstr("valid UTF-8"));
}

}  // namespace
}  // namespace lmbridge::openai
