#include "http/byte_range.hpp"

#include <gtest/gtest.h>

namespace lmbridge::http {
namespace {

TEST(ByteRanges, AreCutToTheFile) {
  EXPECT_EQ(parse_byte_range("bytes=0-0", 10), ByteRange(0, 1));
  EXPECT_EQ(parse_byte_range("bytes=2-5", 10), ByteRange(2, 4));
  EXPECT_EQ(parse_byte_range("Bytes= 2-", 10), ByteRange(2, 8));
  EXPECT_EQ(parse_byte_range("bytes=2-99999999999999999999999", 10), ByteRange(2, 8));
  EXPECT_EQ(parse_byte_range("bytes=-3", 10), ByteRange(7, 3));
  EXPECT_EQ(parse_byte_range("bytes=-30", 10), ByteRange(0, 10));
}

TEST(ByteRanges, BehindTheFileHaveNothing) {
  for (const auto* header : {"bytes=10-", "bytes=10-20", "bytes=99999999999999999999999-"}) {
    EXPECT_EQ(parse_byte_range(header, 10)->length, 0U) << header;
  }
  EXPECT_EQ(parse_byte_range("bytes=-0", 10)->length, 0U);
  EXPECT_EQ(parse_byte_range("bytes=0-", 0)->length, 0U);
}

TEST(ByteRanges, ThatAreNoneAreAnsweredWithTheWholeFile) {
  for (const auto* header : {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=1-2,4-5",
                             "bytes=a-b", "bytes=+1-2", "bytes=1-2x", "lines=1-2", "bytes=1"}) {
    EXPECT_EQ(parse_byte_range(header, 10), std::nullopt) << header;
  }
}

}  // namespace
}  // namespace lmbridge::http
