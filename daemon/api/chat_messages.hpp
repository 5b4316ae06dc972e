// From the conversation that a client sends to the one that the site gets.
#pragma once

#include "arena/payload.hpp"
#include "base/ids.hpp"
#include "openai/chat_request.hpp"
#include "settings/settings.hpp"

#include <vector>

namespace lmbridge::api {

/// The messages of `request` for a model of `type`: with attachments of settled types and names,
/// shaped as the settings have it. Attachments are moved out of `request`, because they are large;
/// its texts stay, for whoever counts their tokens. Fails with attachment_too_large when there are
/// too many of them; their sizes are for settle_attachments().
Result<std::vector<arena::Message>> to_arena_messages(openai::ChatRequest& request,
                                                      arena::ModelType type,
                                                      const settings::Settings& settings,
                                                      base::IdSource& ids);

}  // namespace lmbridge::api
