// The sections of config.jsonc that the predecessor did not have.
#pragma once

#include "settings/section.hpp"
#include "settings/settings.hpp"

namespace lmbridge::settings {

void read_server(Section section, Server& server);
void read_live_view(Section section, LiveView& live_view);
void read_control(Section section, Control& control);
void read_site(Section section, Site& site);
void read_browser(Section section, Browser& browser);
void read_logging(Section section, Logging& logging);

}  // namespace lmbridge::settings
