// GET /api/images/list and GET /api/images/{path}: the pictures that the daemon keeps.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::api {

/// Newest first; `?date=YYYYMMDD`, `?offset=`, `?limit=`.
boost::asio::awaitable<void> list_library(http::Exchange& exchange, const Context& context);

/// One picture, or a part of it (Range); with `?w=` as a thumbnail of that width.
boost::asio::awaitable<void> show_picture(http::Exchange& exchange, const Context& context);

}  // namespace lmbridge::api
