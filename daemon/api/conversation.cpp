#include "api/conversation.hpp"

#include "api/access.hpp"
#include "api/chat_messages.hpp"
#include "api/routing.hpp"

#include <utility>

namespace lmbridge::api {

Result<std::vector<arena::Message>> prepare_conversation(openai::ChatRequest& request,
                                                         const Context& context) {
  if (const auto may_use = check_model(context.caller, request.model); !may_use) {
    return std::unexpected(may_use.error());
  }
  if (auto error = why_no_route(request.model, context.settings)) {
    return std::unexpected(*std::move(error));
  }
  const auto type = type_of(request.model, context.settings).value_or(arena::ModelType::text);
  return to_arena_messages(request, type, context.settings, context.ids);
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
