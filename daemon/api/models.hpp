// GET /v1/models and GET /v1/models/{id}.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"

namespace lmbridge::api {

boost::asio::awaitable<void> list_models(http::Exchange& exchange, const Context& context);
boost::asio::awaitable<void> show_model(http::Exchange& exchange, const Context& context);

/// 404 for a name that is not in models.json.
Error unknown_model(std::string_view name);

}  // namespace lmbridge::api
