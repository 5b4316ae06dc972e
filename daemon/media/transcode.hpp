// Makes pictures into what a target asks for: the part of the converter that works on threads.
#pragma once

#include "base/error.hpp"
#include "media/picture.hpp"

#include <stop_token>
#include <string_view>

namespace lmbridge::media {

/// Of any but `original`.
std::string_view media_type_of(Format format);

/// Blocks. Errors as in Converter::convert(), and `cancelled` soon after a stop is asked for.
Result<Picture> transcode(const Bytes& bytes, const PictureTarget& target,
                          const PictureLimits& limits, const std::stop_token& stop);

}  // namespace lmbridge::media
