// POST /live: lets a person look at a page, for as long as the caller holds the connection.
#pragma once

#include "control/context.hpp"
#include "control/event_stream.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Takes {"page", "base_url"}, both optional: the page to begin with (PageSummary::id or its
/// beginning), and what the link begins with where it is not the listener's own address. Events:
///
///   {"event":"link","url","base_url","is_loopback","expires_in"}  seconds
///   {"event":"viewer_came","address"}  {"event":"viewer_left","address","reason"}
///   {"event":"ended","reason"}  "expired", "idle", "replaced", "stopping"
///
/// Errors, before that: invalid_request, not_found, browser_gone, shutting_down.
boost::asio::awaitable<Result<void>> serve_live(const http::Request& request,
                                                const Context& context, EventStream& events);

}  // namespace lmbridge::control
