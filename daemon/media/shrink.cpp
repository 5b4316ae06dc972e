#include "media/shrink.hpp"

#include "media/picture_source.hpp"
#include "media/transcode.hpp"
#include "media/vips_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace lmbridge::media {
namespace {

/// The last is as low as faces and small print bear.
constexpr std::array qualities{90, 80, 70, 60};
/// Where that many times too large, the steps between the first and the last quality are no help.
constexpr std::size_t hopeless = 4;
/// Nobody could see anything on a picture that is smaller still.
constexpr int smallest_side = 32;
/// Both formats hold it.
constexpr int largest_side = 16'383;

/// How many bytes have at most so much base64.
constexpr std::size_t decoded_size(std::size_t base64) {
  return base64 / 4 * 3;
}

struct Attempt {
  std::string bytes;
  int quality = 0;
};

Result<Attempt> lower_quality(const VipsPicture& picture, Format format, std::size_t limit) {
  Attempt attempt;
  for (const int quality : qualities) {
    const bool is_last = quality == qualities.back();
    if (!is_last && attempt.bytes.size() > hopeless * limit) continue;
    auto encoded = picture.encoded(format, quality);
    if (!encoded) return std::unexpected(std::move(encoded).error());
    attempt = {.bytes = *std::move(encoded), .quality = quality};
    if (attempt.bytes.size() <= limit) break;
  }
  return attempt;
}

Result<void> scale(VipsPicture& picture, int longest) {
  if (auto done = picture.fit_into(longest, longest); !done) return done;
  // The pixels of the larger one are let go.
  return picture.hold_in_memory();
}

/// Lower quality, then smaller sides until it fits.
Result<Attempt> squeeze(VipsPicture& picture, Format format, std::size_t limit) {
  auto attempt = lower_quality(picture, format, limit);
  while (attempt && attempt->bytes.size() > limit) {
    const int longest = std::max(picture.width(), picture.height());
    if (longest <= smallest_side) {
      return fail(
          ErrorCode::payload_too_large,
          fmt::format("the picture can't be made to fit: {} bytes are too few for any", limit));
    }
    // The size of a file goes with its area, roughly.
    const double ratio =
        std::sqrt(static_cast<double>(limit) / static_cast<double>(attempt->bytes.size()));
    const double factor = std::clamp(ratio * 0.95, 0.1, 0.9);
    const int next = std::max(static_cast<int>(longest * factor), smallest_side);
    if (auto scaled = scale(picture, next); !scaled) return std::unexpected(scaled.error());
    auto encoded = picture.encoded(format, qualities.back());
    if (!encoded) return std::unexpected(std::move(encoded).error());
    attempt->bytes = *std::move(encoded);
  }
  return attempt;
}

/// Decoded, with its final colours.
Result<void> prepare(VipsPicture& picture, Format format) {
  auto done = picture.normalise();
  if (done && format == Format::jpeg) done = picture.put_on_white();
  if (done && std::max(picture.width(), picture.height()) > largest_side) {
    done = picture.fit_into(largest_side, largest_side);
  }
  return done ? picture.hold_in_memory() : done;
}

}  // namespace

Result<ShrunkPicture> shrink(const Bytes& bytes, std::size_t base64_limit,
                             const PictureLimits& limits, const std::stop_token& stop) {
  const auto limit = decoded_size(base64_limit);
  auto as_it_is = transcode(bytes, {.format = Format::original}, limits, stop);
  if (!as_it_is) return std::unexpected(std::move(as_it_is).error());
  if (bytes->size() <= limit) return ShrunkPicture{.picture = *std::move(as_it_is)};

  const auto source = recognise_picture(*bytes);
  if (!source) return std::unexpected(source.error());
  auto picture = VipsPicture::open(bytes, *source, limits, false, stop);
  if (!picture) return std::unexpected(std::move(picture).error());
  const bool moves = source->moves(picture->frames());
  const auto format = picture->has_alpha() ? Format::webp : Format::jpeg;
  if (auto done = prepare(*picture, format); !done) return std::unexpected(done.error());
  auto attempt = squeeze(*picture, format, limit);
  if (!attempt) return std::unexpected(std::move(attempt).error());

  const auto media_type = media_type_of(format);
  auto what = fmt::format("{} x {} {} of {} bytes became {} x {} {} of {} bytes, quality {}",
                          as_it_is->width, as_it_is->height, as_it_is->media_type, bytes->size(),
                          picture->width(), picture->height(), media_type, attempt->bytes.size(),
                          attempt->quality);
  if (moves) what += ", without its animation";
  return ShrunkPicture{
      .picture = {.bytes = std::make_shared<const std::string>(std::move(attempt->bytes)),
                  .media_type = media_type,
                  .width = picture->width(),
                  .height = picture->height(),
                  .animation_lost = moves},
      .what = std::move(what)};
}

}  // namespace lmbridge::media
