// Takes a member or an item out of a JSONC text, with the line that it stands on.
#pragma once

#include "settings/jsonc.hpp"

#include <cstddef>
#include <string>

namespace lmbridge::settings {

/// Takes out the entry `index` of `container`, an object or an array of the tree of `text`, and
/// what is said about it behind it on its line. Comments above it stay: they may be about others,
/// too.
void remove_entry(std::string& text, const JsoncNode& container, std::size_t index);

}  // namespace lmbridge::settings
