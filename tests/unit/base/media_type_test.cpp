#include "base/media_type.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::base {
namespace {

using namespace std::string_literals;

struct Beginning {
  std::string bytes;
  std::string type;
  std::string declared = "application/x-lie";
};

void PrintTo(const Beginning& beginning, std::ostream* out) {
  *out << beginning.type;
}

class FirstBytes : public testing::TestWithParam<Beginning> {};

TEST_P(FirstBytes, TellTheTypeWhateverIsDeclared) {
  EXPECT_EQ(sniff_media_type(GetParam().bytes, GetParam().declared), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Pictures, FirstBytes,
    testing::Values(Beginning{"\x89PNG\r\n\x1a\n"s, "image/png", "image/jpeg"},
                    Beginning{"\xff\xd8\xff\xe0\0\x10JFIF"s, "image/jpeg", "image/png"},
                    Beginning{"GIF89a", "image/gif"}, Beginning{"GIF87a", "image/gif"},
                    Beginning{"RIFF\1\2\3\4WEBPVP8 "s, "image/webp"},
                    Beginning{"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"s, "image/bmp"},
                    Beginning{"\0\0\0\x1c"s + "ftypavif\0\0\0\0mif1"s, "image/avif"},
                    Beginning{"\0\0\0\x1c"s + "ftypmif1\0\0\0\0avif"s, "image/avif"},
                    Beginning{"\0\0\0\x18"s + "ftypheic\0\0\0\0mif1"s, "image/heic"},
                    Beginning{"II*\0"s, "image/tiff"}, Beginning{"MM\0*"s, "image/tiff"},
                    Beginning{"\0\0\1\0\1\0"s, "image/x-icon"},
                    Beginning{"<svg xmlns='x'>", "image/svg+xml", "image/png"},
                    Beginning{"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE svg "
                              "PUBLIC 'x'>\n<svg>",
                              "image/svg+xml"}));

INSTANTIATE_TEST_SUITE_P(
    Files, FirstBytes,
    testing::Values(Beginning{"%PDF-1.7\n", "application/pdf", "text/plain"},
                    Beginning{"PK\3\4", "application/zip"},
                    Beginning{"\x1f\x8b\x08", "application/gzip"},
                    Beginning{"\0\0\0\x18"s + "ftypisom\0\0\0\0mp41"s, "video/mp4"},
                    Beginning{"\0\0\0\x14"s + "ftypqt  \0\0\0\0"s, "video/quicktime"},
                    Beginning{"\0\0\0\x14"s + "ftypM4A \0\0\0\0"s, "audio/mp4"},
                    Beginning{"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm", "video/webm"},
                    Beginning{"\x1a\x45\xdf\xa3\x01\x42\x82\x88matroska", "video/x-matroska"},
                    Beginning{"ID3\3", "audio/mpeg"}, Beginning{"\xff\xfb\x90", "audio/mpeg"},
                    Beginning{"RIFF\1\2\3\4WAVEfmt "s, "audio/wav"}, Beginning{"OggS", "audio/ogg"},
                    Beginning{"fLaC", "audio/flac"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, FirstBytes,
    testing::Values(Beginning{"plain\twords\r\n", "text/plain"},
                    Beginning{"\xe4\xb8\xad\xe6\x96\x87", "text/plain", "image/png"},
                    Beginning{"# Title", "text/markdown", "text/markdown"},
                    Beginning{"{}", "application/json", "application/json"},
                    Beginning{"BMW and others", "text/plain"}, Beginning{"", "text/plain"},
                    Beginning{"<!DOCTYPE html><svg></svg>", "text/html", "text/html"}));

INSTANTIATE_TEST_SUITE_P(
    Others, FirstBytes,
    testing::Values(Beginning{"\0\1\2\3"s, "application/octet-stream", "image/png"},
                    Beginning{"text with \x1b escapes", "application/octet-stream", "text/plain"},
                    Beginning{"latin \xe9t\xe9", "application/octet-stream", "text/plain"},
                    Beginning{"ends early \xe4\xb8", "application/octet-stream", "text/plain"}));

TEST(Extensions, BelongToTypes) {
  EXPECT_EQ(media_type_of_extension("JPEG"), "image/jpeg");
  EXPECT_EQ(media_type_of_extension("docx"), "");
  EXPECT_EQ(extension_of_media_type("image/jpeg"), "jpg");
  EXPECT_EQ(extension_of_media_type("text/x-anything"), "txt");
  EXPECT_EQ(extension_of_media_type("application/x-anything"), "bin");
}

}  // namespace
}  // namespace lmbridge::base
