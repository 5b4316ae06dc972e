#include "tests/unit/media/pictures.hpp"

#include <gtest/gtest.h>

#include <vips/vips.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace lmbridge::test {
namespace {

struct Release {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Release>;

/// The same as the converter starts it, so that it does not matter who comes first.
void start_vips() {
  if (vips_init("media_test") != 0) throw std::runtime_error("libvips does not start");
  vips_cache_set_max(0);
  vips_concurrency_set(1);
}

template <class Operation>
Image made(Operation operation) {
  VipsImage* image = nullptr;
  if (operation(&image) != 0) throw std::runtime_error(vips_error_buffer());
  return Image(image);
}

std::string pixels_of(const Drawing& drawing, int channels) {
  std::string pixels;
  std::uint32_t random = 1;
  for (int frame = 0; frame < drawing.frames; ++frame) {
    for (int y = 0; y < drawing.height; ++y) {
      for (int x = 0; x < drawing.width; ++x) {
        const bool is_left = x < drawing.width / 2;
        const int shade = 240 - y * 120 / drawing.height - frame * 20;
        random = random * 1664525 + 1013904223;
        const int grain = drawing.is_noisy ? static_cast<int>(random >> 26U) - 32 : 0;
        const auto put = [&](int value) {
          pixels += static_cast<char>(std::clamp(value + grain, 0, 255));
        };
        put(is_left ? shade : 40);
        put(30);
        put(is_left ? 40 : shade);
        if (channels == 4) pixels += static_cast<char>(is_left ? 255 : 0);
      }
    }
  }
  return pixels;
}

void describe(VipsImage* image, const Drawing& drawing) {
  if (drawing.frames > 1) {
    vips_image_set_int(image, VIPS_META_PAGE_HEIGHT, drawing.height);
    const std::vector<int> delays(static_cast<std::size_t>(drawing.frames), 70);
    vips_image_set_array_int(image, "delay", delays.data(), drawing.frames);
    vips_image_set_int(image, "loop", 3);
  }
  if (drawing.orientation > 1) {
    vips_image_set_int(image, VIPS_META_ORIENTATION, drawing.orientation);
  }
  if (!drawing.comment.empty()) {
    vips_image_set_string(image, "exif-ifd0-ImageDescription", drawing.comment.c_str());
  }
}

}  // namespace

media::Bytes draw(const Drawing& drawing) {
  start_vips();
  const int channels = drawing.has_alpha ? 4 : 3;
  const auto pixels = pixels_of(drawing, channels);
  const Image flat(vips_image_new_from_memory(pixels.data(), pixels.size(), drawing.width,
                                              drawing.height * drawing.frames, channels,
                                              VIPS_FORMAT_UCHAR));
  auto image = made([&](VipsImage** out) {
    return vips_copy(flat.get(), out, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  });
  if (drawing.has_16_bits || drawing.is_cmyk) {
    image = made([&](VipsImage** out) {
      return vips_colourspace(
          image.get(), out, drawing.is_cmyk ? VIPS_INTERPRETATION_CMYK : VIPS_INTERPRETATION_RGB16,
          nullptr);
    });
  }
  describe(image.get(), drawing);
  void* data = nullptr;
  std::size_t size = 0;
  if (vips_image_write_to_buffer(image.get(), drawing.suffix.c_str(), &data, &size, nullptr) != 0) {
    throw std::runtime_error(vips_error_buffer());
  }
  auto bytes = bytes_of(std::string(static_cast<const char*>(data), size));
  g_free(data);
  return bytes;
}

std::array<int, 3> Seen::colour_at(int x, int y) const {
  const auto pixel =
      static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  const auto offset = pixel * static_cast<std::size_t>(bands);
  const auto channel = [&](std::size_t band) {
    return static_cast<int>(static_cast<std::uint8_t>(pixels.at(offset + band)));
  };
  return {channel(0), channel(1), channel(2)};
}

Seen look_at(const std::string& bytes) {
  start_vips();
  Image image(vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr));
  if (!image) throw std::runtime_error("the picture can't be read");
  const int frames = vips_image_get_n_pages(image.get());
  if (frames > 1) {
    image.reset(vips_image_new_from_buffer(bytes.data(), bytes.size(), "", "n", -1, nullptr));
    if (!image) throw std::runtime_error("the frames can't be read");
  }
  Seen seen{.width = vips_image_get_width(image.get()),
            .height = vips_image_get_page_height(image.get()),
            .bands = vips_image_get_bands(image.get()),
            .frames = frames};
  int count = 0;
  int* delays = nullptr;
  if (vips_image_get_typeof(image.get(), "delay") != 0 &&
      vips_image_get_array_int(image.get(), "delay", &delays, &count) == 0) {
    seen.delays.assign(delays, delays + count);
  }
  for (const auto* name :
       {VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_IPTC_NAME, VIPS_META_ICC_NAME}) {
    if (vips_image_get_typeof(image.get(), name) != 0) seen.metadata.emplace_back(name);
  }
  std::size_t size = 0;
  void* pixels = vips_image_write_to_memory(image.get(), &size);
  if (pixels == nullptr) throw std::runtime_error(vips_error_buffer());
  seen.pixels.assign(static_cast<const char*>(pixels), size);
  g_free(pixels);
  return seen;
}

std::string png_that_declares(std::uint32_t width, std::uint32_t height) {
  auto bytes = *draw({.width = 8, .height = 8});
  constexpr std::size_t header = 12;
  const auto put = [&](std::size_t offset, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[offset + i] = static_cast<char>(value >> (24U - 8U * i) & 0xFFU);
    }
  };
  put(header + 4, width);
  put(header + 8, height);
  // The checksum of the chunk (CRC-32, reflected), without which no reader goes on.
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : std::string_view(bytes).substr(header, 17)) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  put(header + 17, ~crc);
  return bytes;
}

}  // namespace lmbridge::test
