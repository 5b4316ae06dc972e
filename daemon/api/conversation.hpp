// What is asked of the site for a request, whichever route it came by.
#pragma once

#include "api/context.hpp"
#include "arena/payload.hpp"
#include "base/error.hpp"
#include "bridge/retrying_answer.hpp"
#include "http/message.hpp"
#include "openai/chat_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>
#include <vector>

namespace lmbridge::api {

/// The conversation for the site, when there is nothing that forbids to ask it. Takes the
/// attachments out of `request`, and may upload them. Errors: forbidden, those of why_no_route(),
/// of to_arena_messages() and of settle_attachments().
boost::asio::awaitable<Result<std::vector<arena::Message>>> prepare_conversation(
    openai::ChatRequest& request, const Context& context, std::string_view request_id);

/// Whose request it is, for the line.
bridge::TicketHolder holder_of(const http::Request& request, const Context& context);

bridge::RetryingAnswer::Options answer_options(const settings::Settings& settings);

}  // namespace lmbridge::api
