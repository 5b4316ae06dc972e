// The DevTools connection to a browser that somebody else runs: a WebSocket, a message each.
#pragma once

#include "base/devtools_address.hpp"
#include "cdp/transport.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>

namespace lmbridge::cdp {

/// Connects to the browser at `address`; where that has no target the browser is asked for it, at
/// /json/version. Errors: browser_gone, which says who did not answer, and how. I/O thread only.
boost::asio::awaitable<Result<std::unique_ptr<Transport>>> connect_web_socket(
    boost::asio::any_io_executor executor, base::DevToolsAddress address,
    std::chrono::steady_clock::duration timeout);

}  // namespace lmbridge::cdp
