#include "media/transcode.hpp"

#include "base/media_type.hpp"
#include "media/vips_codec.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <stop_token>
#include <string>

namespace lmbridge::media {
namespace {

using test::bytes_of;
using test::code_of;
using test::draw;
using test::look_at;
using test::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::string_literals;

Result<Picture> convert(const Bytes& bytes, PictureTarget target = {.format = Format::png},
                        PictureLimits limits = {}) {
  return transcode(bytes, target, limits, {});
}

MATCHER_P(IsCloseTo, colour, "") {
  for (std::size_t i = 0; i < 3; ++i) {
    if (std::abs(arg[i] - colour[i]) > 12) return false;
  }
  return true;
}
using Colour = std::array<int, 3>;
constexpr Colour red{240, 30, 40};
constexpr Colour blue{40, 30, 240};
constexpr Colour white{255, 255, 255};

struct Conversion {
  std::string suffix;
  Format format;
};

void PrintTo(const Conversion& conversion, std::ostream* out) {
  *out << conversion.suffix << " to " << media_type_of(conversion.format);
}

class EveryPair : public testing::TestWithParam<Conversion> {};

TEST_P(EveryPair, ShowsTheSameInItsNewFormat) {
  if (!can_write(GetParam().format)) GTEST_SKIP() << "this libvips does not write it";
  const auto source = draw({.suffix = GetParam().suffix});
  const auto picture = must(convert(source, {.format = GetParam().format}));
  EXPECT_EQ(base::sniff_media_type(*picture.bytes, {}), picture.media_type);
  EXPECT_EQ(picture.media_type, media_type_of(GetParam().format));
  EXPECT_FALSE(picture.animation_lost);
  const auto seen = look_at(*picture.bytes);
  EXPECT_EQ(seen.width, 64);
  EXPECT_EQ(seen.height, 48);
  EXPECT_EQ(picture.width, 64);
  EXPECT_EQ(picture.height, 48);
  EXPECT_THAT(seen.colour_at(10, 1), IsCloseTo(red));
  EXPECT_THAT(seen.colour_at(54, 1), IsCloseTo(blue));
}

std::vector<Conversion> every_pair() {
  std::vector<Conversion> pairs;
  for (const auto* suffix : {".png", ".jpg[Q=95]", ".webp[lossless]", ".gif"}) {
    for (const auto format : {Format::png, Format::jpeg, Format::webp, Format::avif}) {
      pairs.push_back({suffix, format});
    }
  }
  return pairs;
}

INSTANTIATE_TEST_SUITE_P(Pictures, EveryPair, testing::ValuesIn(every_pair()));

TEST(Conversions, KeepEveryPixelOfALosslessPicture) {
  const auto source = draw({.suffix = ".webp[lossless]", .has_alpha = true, .is_noisy = true});
  const auto picture = must(convert(source));
  EXPECT_EQ(look_at(*picture.bytes).pixels, look_at(*source).pixels);
}

TEST(Conversions, LeaveOriginalsAsTheyAre) {
  const auto source = draw({.suffix = ".jpg", .orientation = 6, .comment = "kept"});
  const auto picture = must(convert(source, {}));
  EXPECT_EQ(picture.bytes, source);
  EXPECT_EQ(picture.media_type, "image/jpeg");
  EXPECT_EQ(picture.width, 48) << "as it is shown";
  EXPECT_EQ(picture.height, 64);
}

TEST(Conversions, PutTransparentPartsOnWhiteInJpeg) {
  const auto picture =
      must(convert(draw({.has_alpha = true}), {.format = Format::jpeg, .quality = 100}));
  const auto seen = look_at(*picture.bytes);
  EXPECT_EQ(seen.bands, 3);
  EXPECT_THAT(seen.colour_at(54, 10), IsCloseTo(white));
  EXPECT_THAT(seen.colour_at(10, 1), IsCloseTo(red));
}

TEST(Conversions, ObeyTheQuality) {
  const auto source = draw({.width = 256, .height = 256, .is_noisy = true});
  for (const auto format : {Format::jpeg, Format::webp}) {
    const auto low = must(convert(source, {.format = format, .quality = 20}));
    const auto high = must(convert(source, {.format = format, .quality = 95}));
    EXPECT_LT(low.bytes->size() * 2, high.bytes->size());
  }
}

TEST(Conversions, TurnPicturesUprightAndDropTheirMetadata) {
  const auto source = draw({.suffix = ".jpg[Q=95]", .orientation = 6, .comment = "the place"});
  ASSERT_THAT(look_at(*source).metadata, SizeIs(1));
  for (const auto format : {Format::png, Format::jpeg, Format::webp}) {
    const auto picture = must(convert(source, {.format = format}));
    const auto seen = look_at(*picture.bytes);
    EXPECT_EQ(seen.width, 48);
    EXPECT_EQ(seen.height, 64);
    EXPECT_EQ(picture.width, 48);
    // Turned clockwise: what was on the left is above.
    EXPECT_THAT(seen.colour_at(46, 5), IsCloseTo(red));
    EXPECT_THAT(seen.colour_at(46, 60), IsCloseTo(blue));
    // libvips 8.14 writes EXIF data of its own, a resolution, into every WebP.
    if (format != Format::webp) EXPECT_THAT(seen.metadata, IsEmpty());
    EXPECT_THAT(*picture.bytes, testing::Not(HasSubstr("the place")));
  }
}

TEST(Conversions, BringOtherColoursToThoseOfScreens) {
  for (const auto& drawing :
       {test::Drawing{.suffix = ".jpg[Q=100]", .is_cmyk = true},
        test::Drawing{.suffix = ".png", .has_alpha = true, .has_16_bits = true}}) {
    for (const auto format : {Format::jpeg, Format::webp}) {
      const auto seen =
          look_at(*must(convert(draw(drawing), {.format = format, .quality = 95})).bytes);
      const auto colour = seen.colour_at(10, 1);
      EXPECT_GT(colour[0], 190);
      EXPECT_LT(colour[1], 80);
      EXPECT_LT(colour[2], 80);
    }
  }
}

TEST(Conversions, KeepDeepColoursInPng) {
  const auto source = draw({.has_16_bits = true});
  EXPECT_EQ(look_at(*must(convert(source)).bytes).pixels, look_at(*source).pixels);
}

TEST(Conversions, KeepAnimationsWhereTheFormatHoldsThem) {
  for (const auto* suffix : {".gif", ".webp[lossless]"}) {
    const auto source = draw({.suffix = suffix, .frames = 4});
    const auto picture = must(convert(source, {.format = Format::webp}));
    EXPECT_FALSE(picture.animation_lost);
    EXPECT_EQ(picture.height, 48) << "of one frame";
    const auto seen = look_at(*picture.bytes);
    EXPECT_EQ(seen.frames, 4);
    EXPECT_EQ(seen.height, 48);
    EXPECT_THAT(seen.delays, ElementsAre(70, 70, 70, 70));
  }
}

TEST(Conversions, SayWhenAnAnimationIsLost) {
  const auto source = draw({.suffix = ".gif", .frames = 3});
  for (const auto format : {Format::png, Format::jpeg}) {
    const auto picture = must(convert(source, {.format = format}));
    EXPECT_TRUE(picture.animation_lost);
    const auto seen = look_at(*picture.bytes);
    EXPECT_EQ(seen.frames, 1);
    EXPECT_EQ(seen.height, 48);
    EXPECT_THAT(seen.colour_at(10, 1), IsCloseTo(red));
  }
}

TEST(Conversions, SayWhenAPngStopsMoving) {
  auto moving = *draw({.suffix = ".png"});
  // acTL of one frame behind the header, whose checksum nobody asks for in an optional chunk.
  moving.insert(33,
                "\0\0\0\x08"
                "acTL"
                "\0\0\0\x01"
                "\0\0\0\0"
                "\x0e\x53\x7f\x59"s);
  const auto picture = must(convert(bytes_of(moving), {.format = Format::webp}));
  EXPECT_TRUE(picture.animation_lost);
}

TEST(Conversions, MakePicturesNarrowerButNeverWider) {
  const auto source = draw({.suffix = ".gif", .frames = 2});
  const auto narrow = must(convert(source, {.format = Format::webp, .largest_width = 32}));
  EXPECT_EQ(narrow.width, 32);
  EXPECT_EQ(narrow.height, 24);
  EXPECT_TRUE(narrow.animation_lost);
  EXPECT_THAT(look_at(*narrow.bytes).colour_at(5, 1), IsCloseTo(red));
  const auto same = must(convert(source, {.format = Format::webp, .largest_width = 100}));
  EXPECT_EQ(same.width, 64);
  EXPECT_FALSE(same.animation_lost);
}

TEST(Conversions, EndWhenNobodyWaitsForThem) {
  std::stop_source stop;
  stop.request_stop();
  for (const auto& source :
       {draw({.width = 600, .height = 600}), draw({.suffix = ".jpg", .orientation = 6})}) {
    for (const auto format : {Format::png, Format::jpeg, Format::webp}) {
      EXPECT_EQ(code_of(transcode(source, {.format = format}, {}, stop.get_token())),
                ErrorCode::cancelled);
    }
  }
}

TEST(Conversions, ReadJpegsThatLoadProgressively) {
  const auto source = draw({.suffix = ".jpg[interlace,Q=95]"});
  EXPECT_THAT(look_at(*must(convert(source)).bytes).colour_at(10, 1), IsCloseTo(red));
}

}  // namespace
}  // namespace lmbridge::media
