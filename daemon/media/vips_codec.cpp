#include "media/vips_codec.hpp"

#include <vips/vips.h>

#include <algorithm>
#include <array>
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

/// All but what makes frames of a strip. The `strip` of libvips 8.14 leaves the source's EXIF data
/// in WebP.
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

bool writes_avif() {
  VipsImage* image = nullptr;
  if (vips_black(&image, 16, 16, "bands", 3, nullptr) != 0) return false;
  void* data = nullptr;
  std::size_t size = 0;
  const bool written = save_picture(image, Format::avif, 50, &data, &size) == 0;
  g_free(data);
  g_object_unref(image);
  vips_error_clear();
  return written;
}

}  // namespace

bool start_vips() {
  static const bool started = start();
  return started;
}

bool can_write(Format format) {
  if (!start_vips()) return false;
  if (format != Format::avif) return true;
  static const bool written = writes_avif();
  return written;
}

VipsImage* load_picture(const std::string& bytes, Decoder decoder, bool all_frames) {
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

int save_picture(VipsImage* image, Format format, int quality, void** data, std::size_t* size) {
  drop_metadata(image);
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

}  // namespace lmbridge::media
