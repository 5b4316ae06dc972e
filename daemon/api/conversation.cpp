#include "api/conversation.hpp"

#include "api/access.hpp"
#include "api/attachments.hpp"
#include "api/chat_messages.hpp"
#include "api/routing.hpp"

#include <utility>

namespace lmbridge::api {
using boost::asio::awaitable;

namespace {

Result<std::vector<arena::Message>> arrange(openai::ChatRequest& request, const Context& context) {
  if (const auto may_use = check_model(context.caller, request.model); !may_use) {
    return std::unexpected(may_use.error());
  }
  if (auto error = why_no_route(request.model, context.settings)) {
    return std::unexpected(*std::move(error));
  }
  const auto type = type_of(request.model, context.settings).value_or(arena::ModelType::text);
  return to_arena_messages(request, type, context.settings, context.ids);
}

}  // namespace

awaitable<Result<std::vector<arena::Message>>> prepare_conversation(openai::ChatRequest& request,
                                                                    const Context& context,
                                                                    std::string_view request_id) {
  auto messages = arrange(request, context);
  if (!messages) co_return messages;
  auto settled = co_await settle_attachments(*messages, context, request_id);
  if (!settled) co_return std::unexpected(std::move(settled.error()));
  co_return messages;
}

bridge::TicketHolder holder_of(const http::Request& request, const Context& context) {
  return {.caller = context.caller == nullptr ? std::string() : context.caller->name,
          .request_id = request.id,
          .bytes = request.body.size()};
}

bridge::RetryingAnswer::Options answer_options(const settings::Settings& settings) {
  return {.recovery = settings.recovery,
          .empty_retry = settings.empty_retry,
          .silence_limit = settings.stream_response_timeout,
          .finish_required = settings.site.finish_record_required,
          .time_limit = settings.request_timeout};
}

}  // namespace lmbridge::api
