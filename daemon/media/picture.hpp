// Pictures, what they can be made into, and how large they may be.
#pragma once

#include "settings/pictures.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lmbridge::media {

/// A file's content. Shared by whoever keeps, sends and converts it, so that nobody copies it; on
/// several threads, so nobody changes it.
using Bytes = std::shared_ptr<const std::string>;

using Format = settings::PictureFormat;

/// What a picture is to become.
struct PictureTarget {
  Format format = Format::original;
  /// Of jpeg, webp and avif, from 1 to 100.
  int quality = 90;
  /// In pixels; wider pictures are made that wide, others are left alone. 0: no limit. For
  /// `original` it has no meaning.
  int largest_width = 0;
};

struct Picture {
  Bytes bytes;
  /// By its bytes, e.g. "image/png"; lives as long as the program.
  std::string_view media_type;
  /// In pixels, as it is shown. 0 for `original` types that are not decoded (avif, bmp and others).
  int width = 0;
  int height = 0;
  /// The source moved and this one does not.
  bool animation_lost = false;
};

/// A picture as text.
struct EncodedPicture {
  std::string base64;
  /// As in Picture.
  std::string_view media_type;
  bool animation_lost = false;
};

inline std::size_t cost_of(const EncodedPicture& picture) {
  return picture.base64.size();
}

/// What a picture may cost. Refused by what it declares, before anything is decoded.
struct PictureLimits {
  /// Of the file.
  std::size_t file_bytes = 100UL * 1024 * 1024;
  /// Of all frames that are decoded.
  std::uint64_t pixels = 100'000'000;
  /// Of these pixels in memory.
  std::uint64_t decoded_bytes = 512UL * 1024 * 1024;
};

}  // namespace lmbridge::media
