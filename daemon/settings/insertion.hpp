// Where a new member or item goes in a JSONC text, and how it is laid out there.
#pragma once

#include "settings/jsonc.hpp"

#include <string>
#include <string_view>

namespace lmbridge::settings {

/// Puts `"key": value` behind the last member of `object`, which is a node of `root`, the tree of
/// `text`: on a line of its own where the others are, behind the comments of the last member's
/// line, with a comma behind it if there was one.
void insert_member(std::string& text, const JsoncNode& root, const JsoncNode& object,
                   std::string_view key, std::string_view value);

/// The same with an item of `array`.
void insert_item(std::string& text, const JsoncNode& root, const JsoncNode& array,
                 std::string_view value);

/// `text`, which is blank, with `{}` behind its comments.
std::string with_empty_object(std::string_view text);

}  // namespace lmbridge::settings
