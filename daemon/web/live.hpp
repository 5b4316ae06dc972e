// The page of the live view, bundled from daemon/web/live at build time.
#pragma once

#include <string_view>

namespace lmbridge::web {

/// HTML, which names the others by their paths.
extern const std::string_view live_page;
extern const std::string_view live_script;
extern const std::string_view live_style;
/// SVG.
extern const std::string_view live_icon;

}  // namespace lmbridge::web
