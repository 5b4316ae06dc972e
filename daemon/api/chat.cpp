#include "api/chat.hpp"

#include "api/chat_output.hpp"
#include "api/models.hpp"
#include "api/replies.hpp"
#include "arena/payload.hpp"
#include "openai/chat_request.hpp"

#include <fmt/ranges.h>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace {

arena::Role to_arena(openai::ChatRole role) {
  switch (role) {
    case openai::ChatRole::system:
      return arena::Role::system;
    case openai::ChatRole::user:
      return arena::Role::user;
    case openai::ChatRole::assistant:
      return arena::Role::assistant;
  }
  std::unreachable();
}

Result<arena::Endpoint> choose_endpoint(const settings::Settings& settings) {
  const auto& endpoint = settings.default_endpoint;
  if (endpoint.session_id.empty() || endpoint.message_id.empty()) {
    return fail(ErrorCode::session_ids_missing,
                "the daemon has no session to ask in: set session_id and message_id in "
                "config.jsonc and start it again");
  }
  return endpoint;
}

Result<bridge::Order> make_order(const openai::ChatRequest& request, const Context& context) {
  const auto* model = context.settings.models.find(request.model);
  if (model == nullptr) return std::unexpected(unknown_model(request.model));
  const auto endpoint = choose_endpoint(context.settings);
  if (!endpoint) return std::unexpected(endpoint.error());

  std::vector<arena::Message> messages;
  messages.reserve(request.messages.size());
  for (const auto& message : request.messages) {
    messages.push_back({.role = to_arena(message.role), .content = message.content});
  }
  const auto& site = context.settings.site;
  return bridge::Order{.path = arena::fill_path(site.retry_path, *endpoint),
                       .method = site.method,
                       .headers = {{"content-type", site.content_type}, {"accept", "*/*"}},
                       .body = arena::build_payload(messages, *endpoint, model->id, model->type,
                                                    context.ids, context.clock)};
}

}  // namespace

asio::awaitable<void> answer_chat(http::Exchange& exchange, const Context& context) {
  const auto& http_request = exchange.request();
  auto is_json = require_json(http_request);
  auto request = is_json ? openai::parse_chat_request(http_request.body)
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
  const auto order = make_order(*request, context);
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
