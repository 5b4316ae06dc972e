// Finds JSON objects in a text that is not JSON as a whole: pure.
#pragma once

#include <functional>
#include <string_view>

namespace lmbridge::arena {

/// Calls `take` with every object that has both members, in the order in which they end; false from
/// it ends the search. An object around one that was found is not looked at, nor is one of more
/// than 64 KB. Takes time that is linear in the text: each byte is looked at once.
///
/// A line feed is never a part of a JSON line, so with each one the search begins anew, whatever
/// stood before it.
void find_objects(std::string_view text, std::string_view first_key, std::string_view second_key,
                  const std::function<bool(std::string_view object)>& take);

}  // namespace lmbridge::arena
