// POST /live: lets a person look at a page, for as long as the caller holds the connection.
#pragma once

#include "control/context.hpp"
#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>

namespace lmbridge::control {

inline constexpr std::string_view live_path = "/live";

/// Takes {"page", "base_url"}, both optional: the page to begin with (PageSummary::id or its
/// beginning), and what the link begins with where it is not the listener's own address. Answers
/// with lines of JSON, each an object with "event":
///
///   {"event":"link","url","base_url","is_loopback","expires_in"}  seconds
///   {"event":"viewer_came","address"}  {"event":"viewer_left","address","reason"}
///   {"event":"ended","reason"}  "expired", "idle", "replaced", "stopping"
///
/// Errors, before that: invalid_request, not_found, browser_gone, shutting_down.
boost::asio::awaitable<void> serve_live(http::Exchange& exchange, const Context& context);

}  // namespace lmbridge::control
