// Where a new member goes in a JSONC text, and how it is laid out there.
#pragma once

#include "settings/jsonc.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lmbridge::settings {

/// Puts `"key": value` behind the last member of `object`, which is a node of `root`, the tree of
/// `text`: on a line of its own where the others are, behind the comments of the last member's
/// line, with a comma behind it if there was one.
void insert_member(std::string& text, const JsoncNode& root, const JsoncNode& object,
                   std::string_view key, std::string_view value);

/// The same with an item of an array, which is a node of `root`.
void insert_item(std::string& text, const JsoncNode& root, const JsoncNode& array,
                 std::string_view value);

/// Takes the bytes [begin, end) of a member or item out of `text`, and one of the commas at its
/// sides: that behind it, or else that in front of it, behind `before`, the end of its neighbour's
/// value (0 = it has none). Its line goes, too, with its comment, when nothing else stands there.
void take_out(std::string& text, std::size_t begin, std::size_t end, std::size_t before);

/// `text`, which is blank, with `{}` behind its comments.
std::string with_empty_object(std::string_view text);

}  // namespace lmbridge::settings
