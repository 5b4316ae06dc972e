#include "media/vips_picture.hpp"

#include "media/vips_codec.hpp"

#include <fmt/format.h>

#include <vips/vips.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace lmbridge::media {
namespace {

/// The first thing that is wrong with the size that a picture declares; empty when all is well.
std::string excess(VipsImage* image, std::uint64_t frames, const PictureLimits& limits) {
  const auto width = static_cast<std::uint64_t>(vips_image_get_width(image));
  const auto height = static_cast<std::uint64_t>(vips_image_get_page_height(image));
  const auto pixels = width * height * frames;
  const auto decoded = width * frames * height * VIPS_IMAGE_SIZEOF_PEL(image);
  const auto several = frames > 1 ? fmt::format("{} frames of ", frames) : std::string();
  if (pixels > limits.pixels) {
    return fmt::format("the picture declares {}{} x {} pixels, more than the {} that are allowed",
                       several, width, height, limits.pixels);
  }
  if (decoded > limits.decoded_bytes) {
    return fmt::format(
        "the picture declares {}{} x {} pixels, which take {} bytes of memory, more than the {} "
        "that are allowed",
        several, width, height, decoded, limits.decoded_bytes);
  }
  return {};
}

/// Called by libvips between the parts of a picture.
void stop_if_asked(VipsImage* image, void*, const std::stop_token* stop) {
  if (stop->stop_requested()) vips_image_set_kill(image, TRUE);
}

/// The longest side that the format can hold.
int longest_side(Format format) {
  switch (format) {
    case Format::webp:
      return 16'383;
    case Format::avif:
      return 16'384;
    case Format::jpeg:
      return 65'535;
    case Format::png:
    case Format::original:
      return std::numeric_limits<int>::max();
  }
  std::unreachable();
}

bool has_usual_colours(VipsImage* image) {
  switch (vips_image_get_interpretation(image)) {
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_RGB16:
    case VIPS_INTERPRETATION_GREY16:
      return true;
    default:
      return false;
  }
}

VipsImage* in_srgb(VipsImage* image) {
  VipsImage* out = nullptr;
  return vips_colourspace(image, &out, VIPS_INTERPRETATION_sRGB, nullptr) == 0 ? out : nullptr;
}

/// A profile that can't be applied is left out, as browsers do.
VipsImage* with_usual_colours(VipsImage* image) {
  VipsImage* out = nullptr;
  if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0 &&
      vips_icc_transform(image, &out, "srgb", "embedded", TRUE, nullptr) == 0) {
    return out;
  }
  if (!has_usual_colours(image)) return in_srgb(image);
  g_object_ref(image);
  return image;
}

/// Turned pictures are read from all sides, so they have to be in memory.
VipsImage* upright(VipsImage* image) {
  VipsImage* whole = vips_image_copy_memory(image);
  if (whole == nullptr) return nullptr;
  vips_image_set_progress(whole, FALSE);
  VipsImage* out = nullptr;
  const int status = vips_autorot(whole, &out, nullptr);
  g_object_unref(whole);
  return status == 0 ? out : nullptr;
}

VipsImage* flattened(VipsImage* image) {
  auto* background = vips_array_double_newv(1, 255.0);
  VipsImage* out = nullptr;
  const int status = vips_flatten(image, &out, "background", background, nullptr);
  vips_area_unref(VIPS_AREA(background));
  return status == 0 ? out : nullptr;
}

}  // namespace

void VipsPicture::Release::operator()(_VipsImage* image) const {
  g_object_unref(image);
}

Result<VipsPicture> VipsPicture::open(const Bytes& bytes, const PictureSource& source,
                                      const PictureLimits& limits, bool all_frames,
                                      std::stop_token stop) {
  if (!start_vips()) {
    return fail(ErrorCode::internal,
                "libvips, which converts pictures, did not start; install it anew (libvips42)");
  }
  VipsPicture picture(bytes, source.media_type, Image(load_picture(*bytes, source.decoder, false)),
                      std::move(stop));
  if (!picture.image_) return picture.failed();
  const bool reads_all = all_frames && picture.frames() > 1;
  const auto count = reads_all ? static_cast<std::uint64_t>(picture.frames()) : 1;
  auto too_much = excess(picture.image_.get(), count, limits);
  if (!too_much.empty()) return fail(ErrorCode::payload_too_large, std::move(too_much));
  if (reads_all) {
    picture.image_.reset(load_picture(*bytes, source.decoder, true));
    if (!picture.image_) return picture.failed();
  }
  return picture;
}

int VipsPicture::width() const {
  return vips_image_get_width(image_.get());
}

int VipsPicture::height() const {
  return vips_image_get_page_height(image_.get());
}

int VipsPicture::frames() const {
  return vips_image_get_n_pages(image_.get());
}

bool VipsPicture::is_rotated() const {
  return vips_image_get_orientation(image_.get()) > 1;
}

bool VipsPicture::is_on_its_side() const {
  return vips_image_get_orientation_swap(image_.get()) != 0;
}

bool VipsPicture::has_alpha() const {
  return vips_image_hasalpha(image_.get()) != 0;
}

Result<void> VipsPicture::normalise() {
  if (is_rotated()) {
    const auto source = watched();
    auto turned = replace([&source](VipsImage*) { return upright(source.get()); });
    if (!turned) return turned;
  }
  return replace(with_usual_colours);
}

Result<void> VipsPicture::hold_in_memory() {
  const auto source = watched();
  return replace([&source](VipsImage*) {
    auto* whole = vips_image_copy_memory(source.get());
    // It is watched anew by whoever reads it; `source` is gone by then.
    if (whole != nullptr) vips_image_set_progress(whole, FALSE);
    return whole;
  });
}

Result<void> VipsPicture::fit_into(int width, int height) {
  return replace([width, height](VipsImage* image) -> VipsImage* {
    VipsImage* out = nullptr;
    const int status = vips_thumbnail_image(image, &out, width, "height", height, "size",
                                            VIPS_SIZE_DOWN, "no_rotate", TRUE, nullptr);
    return status == 0 ? out : nullptr;
  });
}

Result<void> VipsPicture::put_on_white() {
  if (vips_image_get_format(image_.get()) != VIPS_FORMAT_UCHAR) {
    if (auto changed = replace(in_srgb); !changed) return changed;
  }
  return has_alpha() ? replace(flattened) : Result<void>();
}

Result<std::string> VipsPicture::encoded(Format format, int quality) const {
  const int longest = longest_side(format);
  if (width() > longest || height() > longest) {
    return fail(ErrorCode::payload_too_large,
                fmt::format("a picture of {} x {} pixels is too large for its new format, which "
                            "holds {} on a side; choose png",
                            width(), height(), longest));
  }
  // Small pictures are done before libvips looks whether to stop.
  if (stop_.stop_requested()) return failed();
  const auto source = watched();
  void* data = nullptr;
  std::size_t size = 0;
  const int status = save_picture(source.get(), format, std::clamp(quality, 1, 100), &data, &size);
  if (status != 0) return failed();
  std::string bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

template <class Operation>
Result<void> VipsPicture::replace(Operation operation) {
  Image next(operation(image_.get()));
  if (!next) return failed();
  image_ = std::move(next);
  return {};
}

VipsPicture::Image VipsPicture::watched() const {
  VipsImage* image = nullptr;
  // It copies the description alone, which can't fail; pixels are read through it.
  if (vips_copy(image_.get(), &image, nullptr) != 0) throw std::bad_alloc();
  vips_image_set_progress(image, FALSE);
  vips_image_set_progress(image, TRUE);
  // libvips does not change the token, it only has no other way to be handed one.
  g_signal_connect(image, "eval", G_CALLBACK(stop_if_asked), const_cast<std::stop_token*>(&stop_));
  return Image(image);
}

/// What libvips says is not told: its words are collected for all threads in one place, so they may
/// be about another picture.
std::unexpected<Error> VipsPicture::failed() const {
  vips_error_clear();
  if (stop_.stop_requested()) {
    return fail(ErrorCode::cancelled, "nobody waits for the picture any more");
  }
  return fail(ErrorCode::invalid_request,
              fmt::format("the picture can't be read: its first bytes say {}, but the rest is "
                          "damaged, cut off or of an unusual kind",
                          media_type_));
}

}  // namespace lmbridge::media
