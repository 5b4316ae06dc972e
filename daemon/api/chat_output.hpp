// Passes the answers of a chat on to the client: as a stream, or whole.
#pragma once

#include "api/choices.hpp"
#include "api/context.hpp"
#include "api/request_log.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"

#include <string>

namespace lmbridge::api {

/// What streamed and whole answers have in common; all of it outlives them.
struct ChatOutput {
  http::Exchange& exchange;
  const Context& context;
  const openai::ChatRequest& request;
  Choices& choices;
  RequestLog& log;

  /// "chatcmpl-..." with the request's own id, so that there is one to look for in log and client.
  [[nodiscard]] std::string completion_id() const {
    const auto& id = exchange.request().id;
    return "chatcmpl-" + id.substr(id.find('_') + 1);
  }
  /// Seconds since 1970.
  [[nodiscard]] std::int64_t created() const {
    return base::unix_seconds(context.clock.wall_now());
  }
};

boost::asio::awaitable<void> stream_answer(ChatOutput output);
boost::asio::awaitable<void> respond_whole(ChatOutput output);

}  // namespace lmbridge::api
