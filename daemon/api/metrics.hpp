// GET /metrics: what the daemon does, for Prometheus.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::api {

boost::asio::awaitable<void> show_metrics(http::Exchange& exchange, const Context& context);

}  // namespace lmbridge::api
