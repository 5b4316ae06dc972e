#include "api/chat.hpp"

#include "api/chat_messages.hpp"
#include "api/chat_output.hpp"
#include "api/replies.hpp"
#include "api/routing.hpp"
#include "arena/payload.hpp"
#include "openai/chat_request.hpp"

#include <fmt/ranges.h>

#include <span>
#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace {

bridge::Order make_order(std::span<const arena::Message> messages, const Route& route,
                         const Context& context) {
  const auto& site = context.settings.site;
  const auto& endpoint = route.lease.endpoint();
  return {.path = arena::fill_path(site.retry_path, endpoint),
          .method = site.method,
          .headers = {{"content-type", site.content_type}, {"accept", "*/*"}},
          .body = arena::build_payload(messages, endpoint, route.model_id, route.type, context.ids,
                                       context.clock)};
}

Result<bridge::Order> prepare_order(openai::ChatRequest& request, const Result<Route>& route,
                                    const Context& context) {
  if (!route) return std::unexpected(route.error());
  const auto messages = to_arena_messages(request, route->type, context.settings, context.ids);
  if (!messages) return std::unexpected(messages.error());
  return make_order(*messages, *route, context);
}

}  // namespace

asio::awaitable<void> answer_chat(http::Exchange& exchange, const Context& context) {
  const auto& http_request = exchange.request();
  auto is_json = require_json(http_request);
  const openai::RequestLimits limits{.allow_http_links = context.settings.server.allow_http_links};
  auto request = is_json ? openai::parse_chat_request(http_request.body, limits)
                         : Result<openai::ChatRequest>(std::unexpected(is_json.error()));
  if (!request) {
    context.log.info("a chat request was refused",
                     {{"id", http_request.id}, {"reason", request.error().message}});
    co_await exchange.respond(error_response(request.error()));
    co_return;
  }
  if (!request->ignored.empty()) {
    exchange.add_response_header("x-lmbridge-ignored",
                                 fmt::format("{}", fmt::join(request->ignored, ", ")));
  }
  RequestLog log(context.log, exchange, *request);
  // The session is in use until the answer has ended.
  const auto route = find_route(request->model, context.settings, context.endpoints);
  const auto order = prepare_order(*request, route, context);
  auto job = order ? co_await context.bridge.submit(*order)
                   : Result<std::unique_ptr<bridge::Job>>(std::unexpected(order.error()));
  if (!job) {
    log.fail(job.error());
    co_await exchange.respond(error_response(job.error()));
    co_return;
  }
  bridge::Answer answer(*std::move(job),
                        {.decoder = {}, .silence_limit = context.settings.stream_response_timeout},
                        context.settings.site.markers);
  const ChatOutput output{
      .exchange = exchange, .context = context, .request = *request, .log = log};
  if (request->stream) {
    co_await stream_answer(output, answer);
  } else {
    co_await respond_whole(output, answer);
  }
}

}  // namespace lmbridge::api
