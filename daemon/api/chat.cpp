#include "api/chat.hpp"

#include "api/chat_output.hpp"
#include "api/conversation.hpp"
#include "api/replies.hpp"
#include "openai/chat_request.hpp"

#include <fmt/format.h>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace {

Result<openai::ChatRequest> parse(const http::Request& request, const Context& context) {
  if (auto is_json = require_json(request); !is_json) return std::unexpected(is_json.error());
  return openai::parse_chat_request(request.body,
                                    {.allow_http_links = context.settings.server.allow_http_links});
}

}  // namespace

asio::awaitable<void> answer_chat(http::Exchange& exchange, const Context& context) {
  auto request = parse(exchange.request(), context);
  if (!request) {
    context.log.info("a chat request was refused",
                     {{"id", exchange.request().id}, {"reason", request.error().message}});
    co_await exchange.respond(error_response(request.error()));
    co_return;
  }
  name_ignored(request->ignored, exchange, context);
  RequestLog log(context, "a chat", exchange, *request);
  const auto messages = co_await prepare_conversation(*request, context, exchange.request().id);
  if (!messages) {
    log.fail(messages.error());
    co_await exchange.respond(error_response(messages.error()));
    co_return;
  }
  const auto asked = ask(*request, *messages, exchange, context, log);
  Choices choices(co_await asio::this_coro::executor);
  while (choices.size() < request->n) choices.add(asked);
  if (const auto place = choices.place(); place > 0) {
    exchange.add_response_header("x-lmbridge-queue-place", fmt::to_string(place));
  }
  const ChatOutput output{.exchange = exchange,
                          .context = context,
                          .request = *request,
                          .choices = choices,
                          .log = log};
  co_await (request->stream ? stream_answer(output) : respond_whole(output));
}

}  // namespace lmbridge::api
