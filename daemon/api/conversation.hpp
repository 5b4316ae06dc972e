// What is asked of the site for a request, whichever route it came by.
#pragma once

#include "api/context.hpp"
#include "api/request_log.hpp"
#include "arena/payload.hpp"
#include "base/error.hpp"
#include "bridge/ticket.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::api {

/// The conversation for the site, when there is nothing that forbids to ask it. Takes the
/// attachments out of `request`, and may upload them. Errors: forbidden, those of why_no_route(),
/// of to_arena_messages() and of settle_attachments().
boost::asio::awaitable<Result<std::vector<arena::Message>>> prepare_conversation(
    openai::ChatRequest& request, const Context& context, std::string_view request_id);

/// What the answers of one request have in common; all of it
/// outlives them.
struct Asked {
  const openai::ChatRequest& request;
  std::span<const arena::Message> messages;
  bridge::TicketHolder holder;
  const Context& context;
  RequestLog& log;
  std::string request_id;
  /// Where the client reaches us.
  std::string public_url;
};

/// For the request of `exchange`.
Asked ask(const openai::ChatRequest& request, std::span<const arena::Message> messages,
          const http::Exchange& exchange, const Context& context, RequestLog& log);

/// Names the fields that do nothing, in a header and once in the log.
void name_ignored(std::span<const std::string> fields, http::Exchange& exchange,
                  const Context& context);

}  // namespace lmbridge::api
