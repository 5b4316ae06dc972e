// Starts libvips, and reads and writes files with it; for media/vips_picture.cpp.
#pragma once

#include "media/picture.hpp"
#include "media/picture_source.hpp"

#include <cstddef>
#include <string>

struct _VipsImage;  // NOLINT(bugprone-reserved-identifier): so it is called in <vips/vips.h>

namespace lmbridge::media {

/// libvips belongs to the process: it is started by the first picture and never ended. False when
/// it does not start.
bool start_vips();

/// Whether this build of libvips writes the format. Starts libvips, so not on the I/O thread.
bool can_write(Format format);

/// The header of `bytes`, which outlive the image; nullptr when it can't be read.
_VipsImage* load_picture(const std::string& bytes, Decoder decoder, bool all_frames);

/// Decodes what is needed of `image`, whose metadata it takes away, and encodes it into `*data`,
/// which is freed with g_free(). Not 0 when that fails. Not for `original`.
int save_picture(_VipsImage* image, Format format, int quality, void** data, std::size_t* size);

}  // namespace lmbridge::media
