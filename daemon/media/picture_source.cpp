#include "media/picture_source.hpp"

#include "base/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace lmbridge::media {
namespace {

using namespace std::string_view_literals;

struct Decodable {
  std::string_view media_type;
  Decoder decoder;
};

constexpr auto decodables = std::to_array<Decodable>({
    {"image/png", Decoder::png},
    {"image/jpeg", Decoder::jpeg},
    {"image/gif", Decoder::gif},
    {"image/webp", Decoder::webp},
});

std::size_t big_endian_32(std::string_view bytes) {
  std::size_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<std::uint8_t>(byte);
  return value;
}

/// A PNG that moves has a chunk acTL somewhere in front of its pixels.
bool is_animated_png(std::string_view bytes) {
  constexpr std::size_t signature_size = 8;
  constexpr std::size_t frame_of_chunk = 12;
  std::size_t offset = signature_size;
  while (offset + frame_of_chunk <= bytes.size()) {
    const auto name = bytes.substr(offset + 4, 4);
    if (name == "acTL") return true;
    if (name == "IDAT") return false;
    offset += big_endian_32(bytes.substr(offset)) + frame_of_chunk;
  }
  return false;
}

/// Each scan goes over the whole picture, so small files of many scans take minutes. Pictures that
/// load progressively have about ten.
bool has_too_many_scans(std::string_view jpeg) {
  constexpr int most = 50;
  int scans = 0;
  // Inside of a scan these bytes never follow each other.
  constexpr auto start_of_scan = "\xff\xda"sv;
  for (auto at = jpeg.find(start_of_scan); at != std::string_view::npos && scans <= most;
       at = jpeg.find(start_of_scan, at + start_of_scan.size())) {
    ++scans;
  }
  return scans > most;
}

std::unexpected<Error> no_picture(std::string_view bytes, std::string_view media_type) {
  if (bytes.empty()) {
    return fail(ErrorCode::unsupported_media_type, "the picture is an empty file");
  }
  if (media_type == "image/svg+xml") {
    return fail(ErrorCode::unsupported_media_type,
                "SVG pictures can hold scripts and are not read; send it as PNG");
  }
  if (media_type.starts_with("image/")) {
    return fail(ErrorCode::unsupported_media_type,
                fmt::format("pictures of type {} can't be converted; PNG, JPEG, GIF and WebP can",
                            media_type));
  }
  return fail(ErrorCode::unsupported_media_type,
              fmt::format("the file is no picture: by its first bytes its type is {}", media_type));
}

}  // namespace

Result<PictureSource> recognise_picture(std::string_view bytes) {
  const auto media_type = base::sniff_media_type(bytes, {});
  const auto* found = std::ranges::find(decodables, media_type, &Decodable::media_type);
  if (found == decodables.end()) return no_picture(bytes, media_type);
  if (found->decoder == Decoder::jpeg && has_too_many_scans(bytes)) {
    return fail(ErrorCode::payload_too_large,
                "the picture is a JPEG of more than 50 scans, which would take minutes to read");
  }
  return PictureSource{
      .decoder = found->decoder,
      .media_type = found->media_type,
      .has_hidden_animation = found->decoder == Decoder::png && is_animated_png(bytes)};
}

Result<std::string_view> recognise_original(std::string_view bytes) {
  const auto media_type = base::sniff_media_type(bytes, {});
  if (!media_type.starts_with("image/") || media_type == "image/svg+xml") {
    return no_picture(bytes, media_type);
  }
  return media_type;
}

}  // namespace lmbridge::media
