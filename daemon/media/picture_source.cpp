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
    {"image/avif", Decoder::heif},
    {"image/heic", Decoder::heif},
    {"image/tiff", Decoder::tiff},
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

/// By the major brand: pictures that move may be read as still ones, too.
bool is_heif_sequence(std::string_view bytes) {
  const auto brand = bytes.size() < 12 ? std::string_view() : bytes.substr(8, 4);
  constexpr std::array sequences{"avis"sv, "hevc"sv, "hevx"sv, "msf1"sv};
  return std::ranges::find(sequences, brand) != sequences.end();
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
                fmt::format("pictures of type {} can't be converted; PNG, JPEG, GIF, WebP, AVIF, "
                            "HEIC and TIFF can",
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
  const bool moves = (found->decoder == Decoder::png && is_animated_png(bytes)) ||
                     (found->decoder == Decoder::heif && is_heif_sequence(bytes));
  return PictureSource{
      .decoder = found->decoder, .media_type = found->media_type, .has_hidden_animation = moves};
}

Result<std::string_view> recognise_original(std::string_view bytes) {
  const auto media_type = base::sniff_media_type(bytes, {});
  if (!media_type.starts_with("image/") || media_type == "image/svg+xml") {
    return no_picture(bytes, media_type);
  }
  return media_type;
}

}  // namespace lmbridge::media
