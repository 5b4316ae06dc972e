#include "media/picture_source.hpp"

#include "tests/unit/result_test.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::media {
namespace {

using namespace std::string_literals;
using test::must;

TEST(PictureSources, AreDecodedByWhatTheirBytesAre) {
  EXPECT_EQ(must(recognise_picture("\xff\xd8\xff\xe0")).decoder, Decoder::jpeg);
  EXPECT_EQ(must(recognise_picture("GIF89a")).decoder, Decoder::gif);
  EXPECT_EQ(must(recognise_picture("RIFF\1\0\0\0WEBPVP8 "s)).decoder, Decoder::webp);
}

TEST(PictureSources, KnowMovingPngsByTheChunkBeforeTheirPixels) {
  const auto png = "\x89PNG\r\n\x1a\n"s;
  const auto chunk = [](const std::string& name) { return "\0\0\0\4"s + name + "dataCRC4"; };
  EXPECT_TRUE(must(recognise_picture(png + chunk("IHDR") + chunk("acTL"))).moves(1));
  EXPECT_FALSE(must(recognise_picture(png + chunk("IDAT") + chunk("acTL"))).moves(1));
  EXPECT_FALSE(must(recognise_picture(png + "\xff\xff\xff\xffIHDR" + chunk("acTL"))).moves(1));
}

TEST(PictureSources, MoveWhenTheyHaveSeveralFrames) {
  const auto source = must(recognise_picture("GIF89a"));
  EXPECT_TRUE(source.moves(2));
  EXPECT_FALSE(source.moves(1));
}

TEST(PictureSources, AreNoJpegsOfHundredsOfScans) {
  const auto jpeg = [](int scans) {
    auto bytes = "\xff\xd8\xff\xe0"s;
    for (int i = 0; i < scans; ++i) bytes += "\xff\xda data";
    return recognise_picture(bytes);
  };
  must(jpeg(50));
  EXPECT_EQ(test::code_of(jpeg(51)), ErrorCode::payload_too_large);
}

TEST(PictureSources, AreReadWhateverTheirLength) {
  const auto beginning = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s;
  for (std::size_t length = 8; length <= beginning.size(); ++length) {
    EXPECT_FALSE(must(recognise_picture(beginning.substr(0, length))).has_hidden_animation);
  }
}

}  // namespace
}  // namespace lmbridge::media
