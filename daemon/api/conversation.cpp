#include "api/conversation.hpp"

#include "api/access.hpp"
#include "api/attachments.hpp"
#include "api/chat_messages.hpp"
#include "api/routing.hpp"

#include <fmt/ranges.h>

#include <utility>

namespace lmbridge::api {
using boost::asio::awaitable;

namespace {

/// Whose request it is, for the line.
bridge::TicketHolder holder_of(const http::Request& request, const Context& context) {
  return {.caller = context.caller == nullptr ? std::string() : context.caller->name,
          .request_id = request.id,
          .bytes = request.body.size()};
}

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

Asked ask(const openai::ChatRequest& request, std::span<const arena::Message> messages,
          const http::Exchange& exchange, const Context& context, RequestLog& log) {
  return {.request = request,
          .messages = messages,
          .holder = holder_of(exchange.request(), context),
          .context = context,
          .log = log,
          .request_id = exchange.request().id,
          .public_url = public_url(exchange.request(), context.settings)};
}

void name_ignored(std::span<const std::string> fields, http::Exchange& exchange,
                  const Context& context) {
  if (fields.empty()) return;
  context.ignored_fields.note(fields);
  exchange.add_response_header("x-lmbridge-ignored", fmt::format("{}", fmt::join(fields, ", ")));
}

}  // namespace lmbridge::api
