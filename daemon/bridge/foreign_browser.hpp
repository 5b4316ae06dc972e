// A browser that somebody else works with: how we leave no page of ours behind in it, and none of
// theirs alone.
#pragma once

#include "cdp/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace lmbridge::bridge {

/// Closes pages that were made for us and got lost before we had them: the connection broke in the
/// middle, or the daemon was killed. I/O thread only, as everything here.
boost::asio::awaitable<void> close_lost_pages(cdp::Connection& connection, cdp::Duration limit);

/// Closes the pages `ours`, too, and returns when the browser has heard of it, after `limit` at the
/// latest. A browser that has no others gets a blank one: it would end with its last.
boost::asio::awaitable<void> leave_browser(cdp::Connection& connection,
                                           std::vector<std::string> ours, cdp::Duration limit);

}  // namespace lmbridge::bridge
