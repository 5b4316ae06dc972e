// GET and POST /browser/cookies: for operators who signed in elsewhere. They are as good as a
// password.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// {"cookies": as DevTools' Network.Cookie has them, "netscape": the same as a cookies.txt}
boost::asio::awaitable<Result<Reply>> export_cookies(const http::Request& request,
                                                     const Context& context);

/// {"text": a file of cookies, see parse_cookies()}. Answers {"cookies": count, "site": how many of
/// them the site gets}. Errors: invalid_request, browser_gone.
boost::asio::awaitable<Result<Reply>> import_cookies(const http::Request& request,
                                                     const Context& context);

}  // namespace lmbridge::control
