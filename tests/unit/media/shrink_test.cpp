#include "media/shrink.hpp"

#include "base/base64.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <stop_token>

namespace lmbridge::media {
namespace {

using test::code_of;
using test::draw;
using test::must;
using testing::HasSubstr;
using testing::IsEmpty;

Result<ShrunkPicture> shrunk(const Bytes& bytes, std::size_t base64_limit) {
  return shrink(bytes, base64_limit, {}, {});
}

std::size_t base64_size(const ShrunkPicture& shrunk) {
  return base::base64_encoded(*shrunk.picture.bytes).size();
}

TEST(Shrinking, LeavesAloneWhatFits) {
  const auto source = draw({});
  const auto same = must(shrunk(source, base::base64_encoded(*source).size()));
  EXPECT_EQ(same.picture.bytes, source);
  EXPECT_THAT(same.what, IsEmpty());
}

TEST(Shrinking, LowersTheQualityFirst) {
  const auto source = draw({.width = 400, .height = 300, .is_noisy = true});
  const auto result = must(shrunk(source, source->size() / 4));
  EXPECT_LE(base64_size(result), source->size() / 4);
  EXPECT_EQ(result.picture.width, 400);
  EXPECT_EQ(result.picture.media_type, "image/jpeg");
  EXPECT_THAT(result.what, HasSubstr("400 x 300 image/png of "));
  EXPECT_THAT(result.what, HasSubstr("became 400 x 300 image/jpeg of "));
}

TEST(Shrinking, MakesTheSidesSmallerWhereQualityIsNotEnough) {
  const auto source = draw({.width = 800, .height = 400, .is_noisy = true});
  for (const std::size_t limit : {20'000UL, 4'000UL, 1'200UL}) {
    const auto result = must(shrunk(source, limit));
    EXPECT_LE(base64_size(result), limit);
    EXPECT_GT(base64_size(result), limit / 3) << "no smaller than it has to be";
    EXPECT_LT(result.picture.width, 800);
    EXPECT_NEAR(result.picture.width, 2 * result.picture.height, 2);
    EXPECT_THAT(result.what, HasSubstr("quality 60"));
    EXPECT_EQ(test::look_at(*result.picture.bytes).width, result.picture.width);
  }
}

TEST(Shrinking, KeepsTransparency) {
  const auto source = draw({.width = 400, .height = 300, .has_alpha = true, .is_noisy = true});
  const auto result = must(shrunk(source, 12'000));
  EXPECT_EQ(result.picture.media_type, "image/webp");
  EXPECT_LE(base64_size(result), 12'000);
  EXPECT_EQ(test::look_at(*result.picture.bytes).bands, 4);
}

TEST(Shrinking, TurnsPicturesUprightAndSaysWhenTheyStopMoving) {
  const auto turned = draw(
      {.width = 400, .height = 300, .suffix = ".jpg[Q=100]", .orientation = 6, .is_noisy = true});
  const auto upright = must(shrunk(turned, turned->size() / 3));
  EXPECT_GT(upright.picture.height, upright.picture.width);
  const auto moving = draw({.width = 200, .suffix = ".gif", .frames = 3, .is_noisy = true});
  const auto still = must(shrunk(moving, moving->size() / 8));
  EXPECT_TRUE(still.picture.animation_lost);
  EXPECT_THAT(still.what, HasSubstr("without its animation"));
}

TEST(Shrinking, GivesUpWhereNothingWouldBeLeft) {
  const auto source = draw({.width = 400, .height = 300, .is_noisy = true});
  EXPECT_EQ(code_of(shrunk(source, 100)), ErrorCode::payload_too_large);
  EXPECT_EQ(code_of(shrunk(source, 0)), ErrorCode::payload_too_large);
}

TEST(Shrinking, RefusesWhatIsNoPictureOrTooLarge) {
  EXPECT_EQ(code_of(shrunk(test::bytes_of("text"), 1000)), ErrorCode::unsupported_media_type);
  const auto bomb = test::bytes_of(test::png_that_declares(30'000, 30'000));
  EXPECT_EQ(code_of(shrunk(bomb, 10)), ErrorCode::payload_too_large);
  const auto damaged = test::bytes_of(draw({.is_noisy = true})->substr(0, 2000));
  EXPECT_EQ(code_of(shrunk(damaged, 400)), ErrorCode::invalid_request);
}

TEST(Shrinking, EndsWhenNobodyWaitsForIt) {
  std::stop_source stop;
  stop.request_stop();
  const auto source = draw({.width = 400, .height = 300, .is_noisy = true});
  EXPECT_EQ(code_of(shrink(source, 4'000, {}, stop.get_token())), ErrorCode::cancelled);
}

}  // namespace
}  // namespace lmbridge::media
