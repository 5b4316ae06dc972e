#include "arena/payload.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

namespace lmbridge::arena {
namespace {

/// What all messages of a request share.
struct Shared {
  const Endpoint& endpoint;
  std::string now;
};

std::string_view name(Role role) {
  switch (role) {
    case Role::system:
      return "system";
    case Role::user:
      return "user";
    case Role::assistant:
      return "assistant";
  }
  std::unreachable();
}

char position_of(const Message& message, const Endpoint& endpoint) {
  if (message.participant_position) return *message.participant_position;
  if (endpoint.mode == Mode::battle) return endpoint.battle_target;
  return message.role == Role::system ? 'b' : 'a';
}

void append_member(std::string& out, std::string_view opening, std::string_view text) {
  out += opening;
  base::append_json_string(out, text);
}

void append_attachments(std::string& out, std::span<const Attachment> attachments) {
  out += ",\"experimental_attachments\":[";
  for (const auto& attachment : attachments) {
    if (&attachment != attachments.data()) out += ',';
    append_member(out, "{\"name\":", attachment.name);
    append_member(out, ",\"contentType\":", attachment.content_type);
    append_member(out, ",\"url\":", attachment.url);
    out += '}';
  }
  out += ']';
}

void append_message(std::string& out, const Message& message, const Shared& shared,
                    std::string_view id, std::string_view parent_id, bool pending) {
  // The site refuses user messages without text, also where an image is all there is to say.
  const bool needs_filler = message.role == Role::user && message.content.empty();
  append_member(out, "{\"role\":", name(message.role));
  append_member(out, ",\"content\":", needs_filler ? " " : std::string_view(message.content));
  append_member(out, ",\"id\":", id);
  append_member(out, ",\"evaluationId\":null,\"evaluationSessionId\":", shared.endpoint.session_id);
  out += ",\"parentMessageIds\":[";
  if (!parent_id.empty()) base::append_json_string(out, parent_id);
  out += ']';
  append_attachments(out, message.attachments);
  out += ",\"failureReason\":null,\"metadata\":null";
  const char position = position_of(message, shared.endpoint);
  append_member(out, ",\"participantPosition\":", std::string_view(&position, 1));
  append_member(out, ",\"createdAt\":", shared.now);
  append_member(out, ",\"updatedAt\":", shared.now);
  append_member(out, ",\"status\":", pending ? "pending" : "success");
  out += '}';
}

/// Enough for all texts when few of their characters need an escape.
std::size_t estimated_size(std::span<const Message> messages) {
  constexpr std::size_t fixed_part = 512;
  std::size_t size = fixed_part;
  for (const auto& message : messages) {
    size += fixed_part + message.content.size() + message.content.size() / 16;
    for (const auto& attachment : message.attachments) size += 128 + attachment.url.size();
  }
  return size;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || std::string_view("-._~").contains(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<std::uint8_t>(c));
    }
  }
}

}  // namespace

std::string key_of(const Endpoint& endpoint) {
  return endpoint.session_id + '/' + endpoint.message_id;
}

std::string build_payload(std::span<const Message> messages, const Endpoint& endpoint,
                          const std::optional<std::string>& model_id, ModelType type,
                          base::IdSource& ids, const base::Clock& clock) {
  const Shared shared{.endpoint = endpoint, .now = base::iso_8601(clock.wall_now())};
  std::string out;
  out.reserve(estimated_size(messages));
  out += "{\"messages\":[";
  std::string parent_id;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i > 0) out += ',';
    const bool pending = i + 1 == messages.size() && type != ModelType::image;
    auto id = ids.uuid();
    append_message(out, messages[i], shared, id, parent_id, pending);
    parent_id = std::move(id);
  }
  out += "],\"modelId\":";
  if (model_id) {
    base::append_json_string(out, *model_id);
  } else {
    out += "null";
  }
  out += '}';
  return out;
}

std::string fill_path(std::string_view path_template, const Endpoint& endpoint) {
  const std::array<std::pair<std::string_view, std::string_view>, 2> values = {
      {{"{session_id}", endpoint.session_id}, {"{message_id}", endpoint.message_id}}};
  std::string path;
  while (!path_template.empty()) {
    std::size_t taken = 1;
    for (const auto& [placeholder, value] : values) {
      if (!path_template.starts_with(placeholder)) continue;
      append_percent_encoded(path, value);
      taken = placeholder.size();
    }
    if (taken == 1) path += path_template.front();
    path_template.remove_prefix(taken);
  }
  return path;
}

}  // namespace lmbridge::arena
