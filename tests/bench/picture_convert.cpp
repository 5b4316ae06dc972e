// Helper of the comparison with Pillow (e2e/picture_speed.test.mjs): makes the picture to convert,
// and converts it as the daemon does.
//
//   picture_convert make FILE.webp         2048 x 2048, clouds with a little grain
//   picture_convert png FILE.webp OUT.png  prints the milliseconds of each of ROUNDS conversions

#include "media/transcode.hpp"

#include <fmt/format.h>

#include <vips/vips.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

using namespace lmbridge;

constexpr int side = 2048;
constexpr int rounds = 5;

struct Release {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Release>;

template <class Operation>
Image made(Operation operation) {
  VipsImage* image = nullptr;
  if (operation(&image) != 0) throw std::runtime_error(vips_error_buffer());
  return Image(image);
}

void make(const char* path) {
  if (vips_init("picture_convert") != 0) throw std::runtime_error("libvips does not start");
  std::array<Image, 3> bands;
  std::array<VipsImage*, 3> joined{};
  for (std::size_t i = 0; i < bands.size(); ++i) {
    bands[i] = made([i](VipsImage** out) {
      return vips_perlin(out, side, side, "cell_size", 256 >> i, "seed", 7, nullptr);
    });
    joined[i] = bands[i].get();
  }
  const auto clouds =
      made([&](VipsImage** out) { return vips_bandjoin(joined.data(), out, 3, nullptr); });
  const auto bright =
      made([&](VipsImage** out) { return vips_linear1(clouds.get(), out, 60, 128, nullptr); });
  const auto grain = made([](VipsImage** out) {
    return vips_gaussnoise(out, side, side, "mean", 0.0, "sigma", 3.0, "seed", 7, nullptr);
  });
  const auto sum =
      made([&](VipsImage** out) { return vips_add(bright.get(), grain.get(), out, nullptr); });
  const auto bytes =
      made([&](VipsImage** out) { return vips_cast_uchar(sum.get(), out, nullptr); });
  const auto picture = made([&](VipsImage** out) {
    return vips_copy(bytes.get(), out, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  });
  if (vips_webpsave(picture.get(), path, "Q", 90, nullptr) != 0) {
    throw std::runtime_error(vips_error_buffer());
  }
}

void convert(const char* from, const char* to) {
  std::ifstream input(from, std::ios::binary);
  const auto bytes = std::make_shared<const std::string>(std::istreambuf_iterator<char>(input),
                                                         std::istreambuf_iterator<char>());
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const auto picture =
        media::transcode(bytes, {.format = media::Format::png}, media::PictureLimits(), {});
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begin;
    if (!picture) throw std::runtime_error(picture.error().message);
    fmt::print("{:.1f}\n", taken.count());
    if (round == 0) std::ofstream(to, std::ios::binary) << *picture->bytes;
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const std::string what = count > 2 ? arguments[1] : "";
    if (what == "make" && count == 3) {
      make(arguments[2]);
    } else if (what == "png" && count == 4) {
      convert(arguments[2], arguments[3]);
    } else {
      fmt::print(stderr, "usage: picture_convert make FILE.webp | png FILE.webp OUT.png\n");
      return 2;
    }
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "picture_convert: {}\n", failure.what());
    return 1;
  }
}
