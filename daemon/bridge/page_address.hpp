// Where people may send a page of the daemon's browser.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace lmbridge::bridge {

/// `address` if a page may be sent there: a web page, or about:blank. What names no scheme, as
/// people write addresses ("lmarena.ai"), becomes https:. Fails with invalid_request for all else:
/// file: would show this machine's files, and chrome: the browser's own pages.
Result<std::string> page_address(std::string_view address);

}  // namespace lmbridge::bridge
