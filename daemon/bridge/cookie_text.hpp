// Cookies as texts that other programs write and read: Netscape's cookies.txt (curl, wget, yt-dlp)
// and JSON (DevTools, Playwright's storage state, extensions of browsers). Pure.
#pragma once

#include "base/error.hpp"
#include "cdp/cookie.hpp"

#include <boost/json/array.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::bridge {

/// What no operator has: above it a file is not one of cookies.
inline constexpr std::size_t most_cookies = 5000;

/// The cookies of a text in any of the forms. Errors: invalid_request, with the line or the number
/// of the cookie and what is wrong with it; nothing is passed over in silence but comments.
Result<std::vector<cdp::Cookie>> parse_cookies(std::string_view text);

/// As DevTools' Network.Cookie has them.
boost::json::array cookies_to_json(std::span<const cdp::Cookie> cookies);

/// Netscape's form, which has no place for sameSite and partitions.
std::string cookies_to_netscape(std::span<const cdp::Cookie> cookies);

}  // namespace lmbridge::bridge
