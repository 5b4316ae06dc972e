// What can't or must not be converted.
#include "media/transcode.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace lmbridge::media {
namespace {

using test::bytes_of;
using test::code_of;
using test::draw;
using test::look_at;
using test::must;
using testing::HasSubstr;
using namespace std::string_literals;

Result<Picture> convert(const Bytes& bytes, PictureTarget target = {.format = Format::png},
                        PictureLimits limits = {}) {
  return transcode(bytes, target, limits, {});
}

TEST(Limits, RefuseWhatIsDeclaredBeforeItIsDecoded) {
  const auto bomb = bytes_of(test::png_that_declares(30'000, 30'000));
  for (const auto format : {Format::png, Format::jpeg, Format::webp, Format::original}) {
    const auto refused = convert(bomb, {.format = format});
    ASSERT_EQ(code_of(refused), ErrorCode::payload_too_large);
    EXPECT_EQ(refused.error().message,
              "the picture declares 30000 x 30000 pixels, more than the 100000000 that are "
              "allowed");
  }
}

TEST(Limits, HoldForContainersThatDeclareLessThanTheyHold) {
  // 16383 x 16383 pixels in 14 bytes, alone and in a canvas of 16 x 16.
  const auto pixels = "VP8L\x0e\0\0\0\x2f\xfe\xbf\xff\x0f\x07\x10\x11\xfd\x0f\x44\x44\xff\x03"s;
  const auto alone = "RIFF\x1a\0\0\0WEBP"s + pixels;
  EXPECT_EQ(code_of(convert(bytes_of(alone))), ErrorCode::payload_too_large);
  const auto canvas = "VP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0"s;
  const auto hidden = "RIFF\x2c\0\0\0WEBP"s + canvas + pixels;
  EXPECT_EQ(code_of(convert(bytes_of(hidden))), ErrorCode::invalid_request);
  // A frame of 60000 x 60000 on a screen of 64 x 48.
  auto gif = *draw({.suffix = ".gif"});
  const auto frame = gif.find(",\0\0\0\0\x40\0\x30\0"s);
  ASSERT_NE(frame, std::string::npos);
  gif.replace(frame + 5, 4, "\x60\xea\x60\xea");
  EXPECT_EQ(code_of(convert(bytes_of(gif))), ErrorCode::payload_too_large);
}

TEST(Limits, CountTheMemoryOfDeepColours) {
  const auto source = draw({.has_16_bits = true});
  const PictureLimits limits{.decoded_bytes = 64UL * 48 * 5};
  EXPECT_EQ(code_of(convert(source, {.format = Format::png}, limits)),
            ErrorCode::payload_too_large);
  must(convert(draw({}), {.format = Format::png}, limits));
}

TEST(Limits, CountEveryFrameThatIsKept) {
  const auto source = draw({.suffix = ".gif", .frames = 5});
  const PictureLimits limits{.pixels = 64UL * 48 * 4};
  const auto refused = convert(source, {.format = Format::webp}, limits);
  ASSERT_EQ(code_of(refused), ErrorCode::payload_too_large);
  EXPECT_THAT(refused.error().message, HasSubstr("5 frames of 64 x 48"));
  must(convert(source, {.format = Format::png}, limits));
}

TEST(Limits, RefuseFilesThatAreTooLarge) {
  const auto source = draw({});
  EXPECT_EQ(code_of(convert(source, {}, {.file_bytes = source->size() - 1})),
            ErrorCode::payload_too_large);
  must(convert(source, {}, {.file_bytes = source->size()}));
}

TEST(Limits, RefuseSidesThatTheNewFormatDoesNotHold) {
  const auto source = draw({.width = 20'000, .height = 4});
  const auto refused = convert(source, {.format = Format::webp});
  ASSERT_EQ(code_of(refused), ErrorCode::payload_too_large);
  EXPECT_THAT(refused.error().message, HasSubstr("16383"));
  must(convert(source, {.format = Format::jpeg}));
}

TEST(BadPictures, AreRefusedWhereverTheyAreCut) {
  for (const auto* suffix : {".png", ".jpg", ".webp", ".gif"}) {
    const auto whole = draw({.width = 128, .height = 128, .suffix = suffix, .is_noisy = true});
    for (const std::size_t percent : {3UL, 30UL, 60UL, 90UL}) {
      const auto cut = bytes_of(whole->substr(0, whole->size() * percent / 100));
      EXPECT_FALSE(convert(cut)) << suffix << " cut at " << percent << " %";
    }
  }
}

TEST(BadPictures, AreRefusedWhenTheirPixelsAreDamaged) {
  auto damaged = *draw({.width = 128, .height = 128, .is_noisy = true});
  for (std::size_t i = 0; i < 40; ++i) damaged[damaged.size() / 2 + i] = '\x55';
  const auto refused = convert(bytes_of(damaged));
  ASSERT_EQ(code_of(refused), ErrorCode::invalid_request);
  EXPECT_THAT(refused.error().message, HasSubstr("image/png"));
}

TEST(BadPictures, AreKnownByTheirBytesWhateverTheyClaim) {
  // A JPEG behind the signature of a PNG.
  const auto mislabelled = bytes_of("\x89PNG\r\n\x1a\n" + *draw({.suffix = ".jpg"}));
  EXPECT_EQ(code_of(convert(mislabelled)), ErrorCode::invalid_request);
}

TEST(BadPictures, LoseWhatIsHiddenBehindTheirPixels) {
  for (const auto* suffix : {".png", ".jpg", ".gif", ".webp"}) {
    const auto polyglot = bytes_of(*draw({.suffix = suffix}) + "PK\3\4<script>alert(1)</script>");
    const auto picture = convert(polyglot);
    if (!picture) continue;
    EXPECT_THAT(*picture->bytes, testing::Not(HasSubstr("script"))) << suffix;
    EXPECT_EQ(look_at(*picture->bytes).width, 64);
  }
}

struct NoPicture {
  std::string bytes;
  std::string reason;
};

void PrintTo(const NoPicture& file, std::ostream* out) {
  *out << file.reason;
}

class OtherFiles : public testing::TestWithParam<NoPicture> {};

TEST_P(OtherFiles, AreRefusedWithTheirType) {
  for (const auto format : {Format::png, Format::original}) {
    const auto refused = convert(bytes_of(GetParam().bytes), {.format = format});
    ASSERT_EQ(code_of(refused), ErrorCode::unsupported_media_type);
    EXPECT_THAT(refused.error().message, HasSubstr(GetParam().reason));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, OtherFiles,
    testing::Values(NoPicture{"", "empty"},
                    NoPicture{"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"},
                    NoPicture{"<?xml version='1.0'?><!-- x --><svg onload='alert(1)'/>", "SVG"},
                    NoPicture{"%PDF-1.7\n%...", "application/pdf"},
                    NoPicture{"<!doctype html><script>1</script>", "text/plain"},
                    NoPicture{"\x1f\x8b\x08\0\0\0\0\0svgz"s, "application/gzip"},
                    NoPicture{"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n", "text/plain"},
                    NoPicture{"\x01\x02\x03\x04"s, "application/octet-stream"}));

TEST(OtherPictures, ArePassedOnButNotConverted) {
  const auto bitmap = "BM" + std::string(12, '\0') + "\x28\0\0\0"s + std::string(100, 'x');
  const auto avif = "\0\0\0\x1c"s + "ftypavif\0\0\0\0avifmif1"s;
  for (const auto& [bytes, type] : {std::pair{bitmap, "image/bmp"}, std::pair{avif, "image/avif"},
                                    std::pair{"II*\0rest"s, "image/tiff"}}) {
    const auto refused = convert(bytes_of(bytes));
    ASSERT_EQ(code_of(refused), ErrorCode::unsupported_media_type);
    EXPECT_THAT(refused.error().message, HasSubstr(type));
    const auto same = must(convert(bytes_of(bytes), {}));
    EXPECT_EQ(same.media_type, type);
    EXPECT_EQ(same.width, 0) << "nobody measured it";
  }
}

}  // namespace
}  // namespace lmbridge::media
