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

struct Prepared {
  bridge::Order order;
  arena::Endpoint endpoint;
};

Result<Prepared> prepare(const openai::ChatRequest& request, const Context& context) {
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
  return Prepared{.order = {.path = arena::fill_path(site.retry_path, *endpoint),
                            .method = site.method,
                            .headers = {{"content-type", site.content_type}, {"accept", "*/*"}},
                            .body = arena::build_payload(messages, *endpoint, model->id,
                                                         model->type, context.ids, context.clock)},
                  .endpoint = *endpoint};
}

bridge::Answer::Options answer_options(const settings::Settings& settings,
                                       const arena::Endpoint& endpoint) {
  return {.decoder = {.mode = endpoint.mode, .battle_target = endpoint.battle_target},
          .silence_limit = settings.stream_response_timeout,
          .time_limit = settings.request_timeout,
          .finish_required = settings.site.finish_record_required};
}

/// Asks the site as often as answers are wanted.
asio::awaitable<Result<void>> ask(const openai::ChatRequest& request, const Context& context,
                                  Choices& choices, RequestLog& log) {
  while (choices.size() < request.n) {
    const auto prepared = prepare(request, context);
    if (!prepared) co_return std::unexpected(prepared.error());
    auto job = co_await context.bridge.submit(prepared->order, choices.news());
    if (!job) co_return std::unexpected(job.error());
    choices.add(*std::move(job), answer_options(context.settings, prepared->endpoint), request,
                context.settings, log);
  }
  co_return Result<void>();
}

Result<openai::ChatRequest> parse(const http::Request& request) {
  if (auto is_json = require_json(request); !is_json) return std::unexpected(is_json.error());
  return openai::parse_chat_request(request.body);
}

}  // namespace

asio::awaitable<void> answer_chat(http::Exchange& exchange, const Context& context) {
  const auto request = parse(exchange.request());
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
