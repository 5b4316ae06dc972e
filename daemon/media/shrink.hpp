// Makes pictures fit a limit: the part of the converter that works on threads.
#pragma once

#include "base/error.hpp"
#include "media/picture.hpp"

#include <cstddef>
#include <stop_token>
#include <string>

namespace lmbridge::media {

/// A picture that fits, and how it was made to.
struct ShrunkPicture {
  Picture picture;
  /// For the log: "2048 x 2048 image/png of 8388608 bytes became 1448 x 1448 image/jpeg of 700000
  /// bytes, quality 60"; empty when it did fit already and is the same.
  std::string what = {};
};

/// Blocks. Errors as in Converter::shrink(), and `cancelled` soon after a stop is asked for.
Result<ShrunkPicture> shrink(const Bytes& bytes, std::size_t base64_limit,
                             const PictureLimits& limits, const std::stop_token& stop);

}  // namespace lmbridge::media
