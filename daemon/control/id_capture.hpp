// POST /ids/capture: waits until somebody presses Retry in a page, and keeps the ids.
#pragma once

#include "control/capture_wish.hpp"
#include "control/context.hpp"
#include "control/event_stream.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// {"model": name, or the default ids without, "mode", "battle_target", "append",
/// "timeout_seconds", "check", "steps": the text of a file of steps, "steps_name"}. Events: "armed"
/// {"timeout_seconds","pages"}; with steps "step" {"place"} for each that is done; "captured"
/// {"session_id","message_id","mode","battle_target","request","page","account"}; "checked"
/// {"answer","milliseconds"}; "written" {"file","changes"}. Disarmed however it ends, also when the
/// caller leaves. Errors: invalid_request, browser_gone, timed_out, those of the steps, those of
/// the question and those of change_file(); nothing is written then.
boost::asio::awaitable<Result<void>> capture_ids(const http::Request& request,
                                                 const Context& context, EventStream& events);

/// The same for a wish that is known; it and `events` outlive it.
boost::asio::awaitable<Result<void>> capture_ids(const CaptureWish& wish, const Context& context,
                                                 Events& events);

}  // namespace lmbridge::control
