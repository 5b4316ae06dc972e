// A browser that somebody else works with: how we leave no page of ours behind in it, and none of
// theirs alone.
#pragma once

#include "cdp/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace lmbridge::bridge {

/// Closes the pages `known`, and those that were made for us and got lost before we had them: the
/// connection broke in the middle, or the daemon was killed. Returns when the browser has heard of
/// it, after `limit` at the latest. A browser that has no others gets a blank one: it would end
/// with its last. I/O thread only.
boost::asio::awaitable<void> close_our_pages(cdp::Connection& connection,
                                             std::vector<std::string> known, cdp::Duration limit);

}  // namespace lmbridge::bridge
