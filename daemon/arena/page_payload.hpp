// The data that the site's page brings with it: texts of `self.__next_f.push([1,"..."])` scripts,
// which together are lines of JSON. Pure; for what stands in them see model_list.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::arena {

/// So much of a page is looked at.
inline constexpr std::size_t page_limit = 32UL * 1024 * 1024;

/// The texts of all such scripts of `html`, one behind the other as the page puts them together;
/// those that are no string are left out.
std::string page_payload(std::string_view html);

/// A mark by which the account that is signed in is told from others: the beginning of the id in
/// the payload's initialUser. Nothing when nobody is.
std::optional<std::string> account_mark(std::string_view payload);

}  // namespace lmbridge::arena
