// A picture in libvips: decoded as it is needed, changed, encoded. Nothing but this and
// media/vips_codec.cpp speaks to libvips.
#pragma once

#include "base/error.hpp"
#include "media/picture.hpp"
#include "media/picture_source.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

struct _VipsImage;  // NOLINT(bugprone-reserved-identifier): so it is called in <vips/vips.h>

namespace lmbridge::media {

/// On any thread, but one at a time; it blocks as long as it takes. What libvips can't read fails
/// with `invalid_request`, whichever step finds out.
class VipsPicture {
 public:
  /// Reads the header alone. Of pictures that move the first frame, or all of them as one strip.
  /// `payload_too_large` when it declares more than `limits` allow. When a stop is asked for, every
  /// step ends soon, with `cancelled`.
  static Result<VipsPicture> open(const Bytes& bytes, const PictureSource& source,
                                  const PictureLimits& limits, bool all_frames,
                                  std::stop_token stop);

  /// Of one frame, in pixels.
  [[nodiscard]] int width() const;
  [[nodiscard]] int height() const;
  /// In the file, whether or not all are read.
  [[nodiscard]] int frames() const;
  /// Its EXIF data asks for another orientation.
  [[nodiscard]] bool is_rotated() const;
  /// It asks for width and height to be swapped.
  [[nodiscard]] bool is_on_its_side() const;
  [[nodiscard]] bool has_alpha() const;

  /// Turns it as its EXIF data says, and brings its colours to sRGB.
  Result<void> normalise();
  /// Decodes it now, for what reads its pixels several times.
  Result<void> hold_in_memory();
  /// Makes a single frame smaller, until it is at most so wide and high; never larger.
  Result<void> fit_into(int width, int height);
  /// Eight bits a channel; what is transparent becomes white.
  Result<void> put_on_white();
  /// Without metadata.
  [[nodiscard]] Result<std::string> encoded(Format format, int quality) const;

 private:
  struct Release {
    void operator()(_VipsImage* image) const;
  };
  using Image = std::unique_ptr<_VipsImage, Release>;

  VipsPicture(Bytes bytes, std::string_view media_type, Image image, std::stop_token stop)
      : bytes_(std::move(bytes)),
        media_type_(media_type),
        image_(std::move(image)),
        stop_(std::move(stop)) {}

  /// Replaces the image by `operation(image)`, which returns nullptr when it fails.
  template <class Operation>
  Result<void> replace(Operation operation);
  /// The image, for one evaluation that a stop ends.
  [[nodiscard]] Image watched() const;
  [[nodiscard]] std::unexpected<Error> failed() const;

  /// libvips reads from it until the last pixel is decoded.
  Bytes bytes_;
  std::string_view media_type_;
  Image image_;
  std::stop_token stop_;
};

}  // namespace lmbridge::media
