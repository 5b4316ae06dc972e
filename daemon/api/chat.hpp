// POST /v1/chat/completions.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"

namespace lmbridge::api {

/// Parses the request, hands it to the page and passes the answer on, streamed or whole.
boost::asio::awaitable<void> answer_chat(http::Exchange& exchange, const Context& context);

}  // namespace lmbridge::api
