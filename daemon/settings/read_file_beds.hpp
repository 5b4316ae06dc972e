// Reads the keys about file beds.
#pragma once

#include "settings/file_beds.hpp"
#include "settings/section.hpp"

namespace lmbridge::settings {

void read_file_beds(Section& root, FileBeds& file_beds);

}  // namespace lmbridge::settings
