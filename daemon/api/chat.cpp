#include "api/chat.hpp"

#include "api/access.hpp"
#include "api/chat_messages.hpp"
#include "api/chat_output.hpp"
#include "api/replies.hpp"
#include "api/routing.hpp"
#include "arena/payload.hpp"
#include "openai/chat_request.hpp"

#include <fmt/ranges.h>

#include <span>
#include <utility>
#include <vector>

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

bridge::Answer::Options answer_options(const settings::Settings& settings,
                                       const arena::Endpoint& endpoint) {
  return {.decoder = {.mode = endpoint.mode, .battle_target = endpoint.battle_target},
          .silence_limit = settings.stream_response_timeout,
          .time_limit = settings.request_timeout,
          .finish_required = settings.site.finish_record_required};
}

/// Asks the site as often as answers are wanted, each time in a session of its own if there is one.
asio::awaitable<Result<void>> ask(openai::ChatRequest& request, const Context& context,
                                  Choices& choices, RequestLog& log) {
  if (const auto may_use = check_model(context.caller, request.model); !may_use) {
    co_return std::unexpected(may_use.error());
  }
  std::vector<arena::Message> messages;
  while (choices.size() < request.n) {
    auto route = find_route(request.model, context.settings, context.endpoints);
    if (!route) co_return std::unexpected(route.error());
    if (choices.size() == 0) {
      auto converted = to_arena_messages(request, route->type, context.settings, context.ids);
      if (!converted) co_return std::unexpected(converted.error());
      messages = *std::move(converted);
    }
    auto job =
        co_await context.bridge.submit(make_order(messages, *route, context), choices.news());
    if (!job) co_return std::unexpected(job.error());
    const auto options = answer_options(context.settings, route->lease.endpoint());
    choices.add({.job = *std::move(job), .lease = std::move(route->lease), .options = options},
                request, context.settings, log);
  }
  co_return Result<void>();
}

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
  if (!request->ignored.empty()) {
    context.ignored_fields.note(request->ignored);
    exchange.add_response_header("x-lmbridge-ignored",
                                 fmt::format("{}", fmt::join(request->ignored, ", ")));
  }
  RequestLog log(context.log, exchange, *request, context.settings.debug);
  Choices choices(co_await asio::this_coro::executor);
  if (const auto asked = co_await ask(*request, context, choices, log); !asked) {
    log.fail(asked.error());
    co_await exchange.respond(error_response(asked.error()));
    co_return;
  }
  const ChatOutput output{.exchange = exchange,
                          .context = context,
                          .request = *request,
                          .choices = choices,
                          .log = log};
  co_await (request->stream ? stream_answer(output) : respond_whole(output));
}

}  // namespace lmbridge::api
