#include "api/chat_messages.hpp"

#include "arena/attachment.hpp"
#include "arena/shaping.hpp"

#include <utility>

namespace lmbridge::api {
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

}  // namespace

Result<std::vector<arena::Message>> to_arena_messages(openai::ChatRequest& request,
                                                      arena::ModelType type,
                                                      const settings::Settings& settings,
                                                      base::IdSource& ids) {
  std::vector<arena::Message> messages;
  messages.reserve(request.messages.size() + 2);
  for (auto& message : request.messages) {
    auto& converted = messages.emplace_back(
        arena::Message{.role = to_arena(message.role), .content = message.content});
    for (auto& [url, name, is_picture] : std::exchange(message.attachments, {})) {
      converted.attachments.push_back(
          arena::make_attachment(std::move(url), name, is_picture, ids));
    }
  }
  arena::shape(messages, type, settings.shaping, {.allow_http = settings.server.allow_http_links},
               ids);
  if (auto few = arena::check_attachment_count(messages, settings.site.max_attachments); !few) {
    return std::unexpected(std::move(few.error()));
  }
  return messages;
}

}  // namespace lmbridge::api
