// GET /healthz, GET /readyz and GET /.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"

namespace lmbridge::api {

/// 200 as long as the process serves.
boost::asio::awaitable<void> show_health(http::Exchange& exchange, const Context& context);

/// 200 when a request would go to the page now, else 503 with the reason.
boost::asio::awaitable<void> show_readiness(http::Exchange& exchange, const Context& context);

/// What this is.
boost::asio::awaitable<void> show_about(http::Exchange& exchange, const Context& context);

}  // namespace lmbridge::api
