// "Did you mean ...?"
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace lmbridge::settings {

/// The word that differs from `text` in the fewest letters (put in, left out or exchanged), if
/// those are two at most and not the whole of it; else "".
std::string_view closest(std::string_view text, const std::set<std::string, std::less<>>& words);

}  // namespace lmbridge::settings
