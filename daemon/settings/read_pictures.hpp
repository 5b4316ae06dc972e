// Reads what config.jsonc says of pictures.
#pragma once

#include "settings/section.hpp"
#include "settings/settings.hpp"

namespace lmbridge::settings {

void read_pictures(Section& root, Settings& settings);

/// The keys of `memory_management` that are about pictures.
void read_picture_cache(Section& memory_management, PictureCache& cache);

}  // namespace lmbridge::settings
