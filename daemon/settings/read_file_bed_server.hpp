// Reads the section file_bed_server.
#pragma once

#include "settings/section.hpp"
#include "settings/settings.hpp"

namespace lmbridge::settings {

void read_file_bed_server(Section section, FileBedServer& server);

}  // namespace lmbridge::settings
