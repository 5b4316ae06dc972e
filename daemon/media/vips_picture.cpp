#include "media/vips_picture.hpp"

#include <fmt/format.h>

#include <vips/vips.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

namespace lmbridge::media {
namespace {

using namespace std::string_view_literals;

/// A third of the time of libvips' default for files that are hardly larger.
constexpr int webp_effort = 2;
/// AV1 at its libvips default takes 4 s for 2048 x 2048, at this 0.2 s for files a third larger.
constexpr int avif_effort = 0;
/// A fifth of the time of zlib's default for files that are a tenth larger.
constexpr int png_compression = 2;

/// What libvips warns about is either an error, which is reported, or of no interest; anybody's
/// picture could fill the log with it.
void be_silent(const char*, GLogLevelFlags, const char*, void*) {}

bool start() {
  if (vips_init("lmbridged") != 0) return false;
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, be_silent, nullptr);
  // Nothing is read twice, so what a cache would keep is memory lost.
  vips_cache_set_max(0);
  vips_cache_set_max_mem(0);
  vips_cache_set_max_files(0);
  vips_block_untrusted_set(TRUE);
  // Pictures run beside each other; one alone gains little from more threads, since the codecs
  // themselves use one.
  vips_concurrency_set(1);
  return true;
}

/// libvips belongs to the process: it is started by the first picture and never ended.
bool is_started() {
  static const bool started = start();
  return started;
}

using LoadFunction = int (*)(void*, std::size_t, VipsImage**, ...);

LoadFunction load_function(Decoder decoder) {
  switch (decoder) {
    case Decoder::png:
      return vips_pngload_buffer;
    case Decoder::jpeg:
      return vips_jpegload_buffer;
    case Decoder::gif:
      return vips_gifload_buffer;
    case Decoder::webp:
      return vips_webpload_buffer;
  }
  std::unreachable();
}

VipsImage* load(const std::string& bytes, Decoder decoder, bool all_frames) {
  VipsImage* image = nullptr;
  auto* data = const_cast<char*>(bytes.data());  // libvips only reads it
  const auto function = load_function(decoder);
  const int status = all_frames
                         ? function(data, bytes.size(), &image, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, "n", -1, nullptr)
                         : function(data, bytes.size(), &image, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, nullptr);
  return status == 0 ? image : nullptr;
}

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

/// All but what makes frames of a strip. The `strip` of libvips 8.14 leaves the
/// source's EXIF data in WebP.
void drop_metadata(VipsImage* image) {
  constexpr std::array kept{"page-height"sv, "n-pages"sv, "delay"sv, "loop"sv, "vips-sequential"sv};
  char** const fields = vips_image_get_fields(image);
  for (char** field = fields; *field != nullptr; ++field) {
    // Fields that every image has are not removed, whoever asks.
    if (std::ranges::find(kept, std::string_view(*field)) == kept.end()) {
      vips_image_remove(image, *field);
    }
  }
  g_strfreev(fields);
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

int save(VipsImage* image, Format format, int quality, void** data, std::size_t* size) {
  switch (format) {
    case Format::png:
      return vips_pngsave_buffer(image, data, size, "compression", png_compression, "filter",
                                 VIPS_FOREIGN_PNG_FILTER_SUB, "strip", TRUE, nullptr);
    case Format::jpeg:
      return vips_jpegsave_buffer(image, data, size, "Q", quality, "strip", TRUE, nullptr);
    case Format::webp:
      return vips_webpsave_buffer(image, data, size, "Q", quality, "effort", webp_effort, "strip",
                                  TRUE, nullptr);
    case Format::avif:
      return vips_heifsave_buffer(image, data, size, "compression",
                                  VIPS_FOREIGN_HEIF_COMPRESSION_AV1, "Q", quality, "effort",
                                  avif_effort, "strip", TRUE, nullptr);
    case Format::original:
      break;
  }
  std::unreachable();
}

bool writes_avif() {
  VipsImage* image = nullptr;
  if (vips_black(&image, 16, 16, "bands", 3, nullptr) != 0) return false;
  void* data = nullptr;
  std::size_t size = 0;
  const bool written = save(image, Format::avif, 50, &data, &size) == 0;
  g_free(data);
  g_object_unref(image);
  vips_error_clear();
  return written;
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

bool can_write(Format format) {
  if (!is_started()) return false;
  if (format != Format::avif) return true;
  static const bool written = writes_avif();
  return written;
}

void VipsPicture::Release::operator()(_VipsImage* image) const {
  g_object_unref(image);
}

Result<VipsPicture> VipsPicture::open(const Bytes& bytes, const PictureSource& source,
                                      const PictureLimits& limits, bool all_frames,
                                      std::stop_token stop) {
  if (!is_started()) {
    return fail(ErrorCode::internal,
                "libvips, which converts pictures, did not start; install it anew (libvips42)");
  }
  VipsPicture picture(bytes, source.media_type, Image(load(*bytes, source.decoder, false)),
                      std::move(stop));
  if (!picture.image_) return picture.failed();
  const bool reads_all = all_frames && picture.frames() > 1;
  const auto count = reads_all ? static_cast<std::uint64_t>(picture.frames()) : 1;
  auto too_much = excess(picture.image_.get(), count, limits);
  if (!too_much.empty()) return fail(ErrorCode::payload_too_large, std::move(too_much));
  if (reads_all) {
    picture.image_.reset(load(*bytes, source.decoder, true));
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
  const auto source = watched();
  drop_metadata(source.get());
  void* data = nullptr;
  std::size_t size = 0;
  const int status = save(source.get(), format, std::clamp(quality, 1, 100), &data, &size);
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
