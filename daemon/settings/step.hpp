// Paths into a JSONC tree.
#pragma once

#include "base/error.hpp"
#include "settings/jsonc.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace lmbridge::settings {

/// The key of a member, or the index of an item.
using Step = std::variant<std::string, std::size_t>;

/// "gpt-x[0].session_id"; "the file" for no steps.
std::string describe(std::span<const Step> path);

/// The tree of a text that is to be edited; invalid_configuration with the place of what is wrong.
Result<JsoncNode> parse_to_edit(std::string_view text);

/// As far down a path as there are values.
struct Place {
  const JsoncNode* node = nullptr;
  std::size_t depth = 0;
};

/// Ends early at a member that is missing, and at the index behind the last item of the last array;
/// fails with invalid_configuration where the path leads through something that is no object or not
/// in its array.
Result<Place> find_place(const JsoncNode& root, std::span<const Step> path);

}  // namespace lmbridge::settings
