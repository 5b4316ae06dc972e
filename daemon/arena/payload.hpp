// The request that makes the site answer: the body and the path of spec/protocol.md.
#pragma once

#include "arena/types.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

struct Attachment {
  std::string name;
  std::string content_type;
  /// An https: or data: link.
  std::string url;
  bool operator==(const Attachment&) const = default;
};

/// Texts are valid UTF-8.
struct Message {
  Role role = Role::user;
  std::string content = {};
  std::vector<Attachment> attachments = {};
  /// `a` or `b` where an injection preset says so; it wins over the rule of the mode.
  std::optional<char> participant_position = std::nullopt;
  bool operator==(const Message&) const = default;
};

/// The message of an evaluation session that is run again with our messages in front of it.
struct Endpoint {
  std::string session_id;
  std::string message_id;
  Mode mode = Mode::direct_chat;
  /// `a` or `b`.
  char battle_target = 'a';
  bool operator==(const Endpoint&) const = default;
};

/// Under which what is known of a session is kept: ids are UUIDs, so nothing else has it.
std::string key_of(const Endpoint& endpoint);

/// The JSON body for `messages`. No `model_id` leaves the choice to the site.
std::string build_payload(std::span<const Message> messages, const Endpoint& endpoint,
                          const std::optional<std::string>& model_id, ModelType type,
                          base::IdSource& ids, const base::Clock& clock);

/// `path_template` with `{session_id}` and `{message_id}` filled in, percent-encoded but for the
/// unreserved characters of RFC 3986.
std::string fill_path(std::string_view path_template, const Endpoint& endpoint);

}  // namespace lmbridge::arena
