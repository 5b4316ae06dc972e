#include "media/transcode.hpp"

#include "media/picture_source.hpp"
#include "media/vips_codec.hpp"
#include "media/vips_picture.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::media {
namespace {

/// The height follows the width, whatever it is.
constexpr int any_height = 10'000'000;

Result<void> check_file_size(const Bytes& bytes, const PictureLimits& limits) {
  if (bytes->size() <= limits.file_bytes) return {};
  return fail(ErrorCode::payload_too_large,
              fmt::format("the picture has {} bytes, more than the {} that are allowed",
                          bytes->size(), limits.file_bytes));
}

bool holds_animation(Format format) {
  return format == Format::webp;
}

/// The bytes as they are, with the size that they declare where that can be told.
Result<Picture> original(const Bytes& bytes, const PictureLimits& limits,
                         const std::stop_token& stop) {
  auto media_type = recognise_original(*bytes);
  if (!media_type) return std::unexpected(std::move(media_type).error());
  Picture picture{.bytes = bytes, .media_type = *media_type};
  const auto source = recognise_picture(*bytes);
  if (!source) return picture;
  const auto opened = VipsPicture::open(bytes, *source, limits, false, stop);
  if (!opened) return std::unexpected(opened.error());
  picture.width = opened->width();
  picture.height = opened->height();
  if (opened->is_on_its_side()) std::swap(picture.width, picture.height);
  return picture;
}

Result<VipsPicture> opened_for(const Bytes& bytes, const PictureSource& source,
                               const PictureTarget& target, const PictureLimits& limits,
                               const std::stop_token& stop, bool& animation_lost) {
  auto picture = VipsPicture::open(bytes, source, limits, false, stop);
  if (!picture) return picture;
  const bool moves = source.moves(picture->frames());
  // Frames lie in one strip, which can be neither turned nor scaled as a whole.
  const bool keeps = moves && !source.has_hidden_animation && holds_animation(target.format) &&
                     !picture->is_rotated() &&
                     (target.largest_width == 0 || picture->width() <= target.largest_width);
  animation_lost = moves && !keeps;
  return keeps ? VipsPicture::open(bytes, source, limits, true, stop) : std::move(picture);
}

Result<void> change(VipsPicture& picture, const PictureTarget& target) {
  auto done = picture.normalise();
  if (done && target.largest_width > 0 && picture.width() > target.largest_width) {
    done = picture.fit_into(target.largest_width, any_height);
  }
  if (done && target.format == Format::jpeg) done = picture.put_on_white();
  return done;
}

}  // namespace

std::string_view media_type_of(Format format) {
  switch (format) {
    case Format::png:
      return "image/png";
    case Format::jpeg:
      return "image/jpeg";
    case Format::webp:
      return "image/webp";
    case Format::avif:
      return "image/avif";
    case Format::original:
      break;
  }
  std::unreachable();
}

Result<Picture> transcode(const Bytes& bytes, const PictureTarget& target,
                          const PictureLimits& limits, const std::stop_token& stop) {
  if (auto checked = check_file_size(bytes, limits); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  if (target.format == Format::original) return original(bytes, limits, stop);
  const auto source = recognise_picture(*bytes);
  if (!source) return std::unexpected(source.error());
  if (!can_write(target.format)) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("this machine's libvips does not write {}; choose png, jpeg or webp",
                            media_type_of(target.format)));
  }
  bool animation_lost = false;
  auto picture = opened_for(bytes, *source, target, limits, stop, animation_lost);
  if (!picture) return std::unexpected(std::move(picture).error());
  if (auto changed = change(*picture, target); !changed) {
    return std::unexpected(std::move(changed).error());
  }
  auto encoded = picture->encoded(target.format, target.quality);
  if (!encoded) return std::unexpected(std::move(encoded).error());
  return Picture{.bytes = std::make_shared<const std::string>(*std::move(encoded)),
                 .media_type = media_type_of(target.format),
                 .width = picture->width(),
                 .height = picture->height(),
                 .animation_lost = animation_lost};
}

}  // namespace lmbridge::media
