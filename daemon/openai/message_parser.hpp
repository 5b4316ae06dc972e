// The `messages` of a chat request.
#pragma once

#include "openai/chat_request.hpp"
#include "openai/ignored_fields.hpp"

#include <boost/json/object.hpp>

namespace lmbridge::openai {

/// Moves the texts and links out of `request`. Fails when it has no messages that we can pass on;
/// fields that do nothing go to `ignored`.
Result<std::vector<ChatMessage>> parse_messages(boost::json::object& request,
                                                const RequestLimits& limits,
                                                IgnoredFields& ignored);

}  // namespace lmbridge::openai
