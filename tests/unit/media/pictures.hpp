// Pictures made for tests, and what a picture shows when it is read again.
#pragma once

#include "media/picture.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::test {

/// What to draw and how to keep it.
struct Drawing {
  int width = 64;
  int height = 48;
  /// A libvips suffix with options, e.g. ".png" or ".jpg[Q=90]".
  std::string suffix = ".png";
  /// Half of the picture is transparent.
  bool has_alpha = false;
  /// Each with another shade.
  int frames = 1;
  /// EXIF, 1 to 8.
  int orientation = 1;
  /// Grain, which no codec can compress well.
  bool is_noisy = false;
  /// Text of an EXIF comment.
  std::string comment = {};
  bool has_16_bits = false;
  bool is_cmyk = false;
};

/// Left half reddish, right half bluish, darker downwards.
media::Bytes draw(const Drawing& drawing);

inline media::Bytes bytes_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// What a picture holds, decoded anew by libvips whatever its type.
struct Seen {
  int width = 0;
  /// Of a frame.
  int height = 0;
  int bands = 0;
  int frames = 1;
  std::vector<int> delays = {};
  /// Names of EXIF, XMP, IPTC and ICC blocks.
  std::vector<std::string> metadata = {};
  std::string pixels = {};

  [[nodiscard]] std::array<int, 3> colour_at(int x, int y) const;
};

Seen look_at(const std::string& bytes);

/// A PNG of so many pixels that are declared and not there.
std::string png_that_declares(std::uint32_t width, std::uint32_t height);

}  // namespace lmbridge::test
