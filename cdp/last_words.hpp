// What a browser's stderr says about its end.
#pragma once

#include <string>
#include <string_view>

namespace lmbridge::cdp {

/// The last few telling lines of `stderr_tail` in one printable line. Left out is what every
/// Chromium says on a server: that there is no D-Bus, no Bluetooth, no graphics card.
std::string last_words(std::string_view stderr_tail);

}  // namespace lmbridge::cdp
