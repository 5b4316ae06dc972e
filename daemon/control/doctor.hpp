// POST /doctor: looks at everything that an answer needs, and says how to mend what is wrong.
#pragma once

#include "control/context.hpp"
#include "control/event_stream.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// {"ask": true} has one live question asked, too. Events: "finding" {"check","status","message",
/// "fix"} for each, then "done" {"worst","ok","warnings","errors"}.
boost::asio::awaitable<Result<void>> examine(const http::Request& request, const Context& context,
                                             EventStream& events);

}  // namespace lmbridge::control
