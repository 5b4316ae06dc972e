// Which requests of a page carry the ids of an evaluation session, and what they say of it: pure.
// IdCapture listens for them.
#pragma once

#include "arena/types.hpp"
#include "settings/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::bridge {

/// By what requests are recognised.
struct IdRules {
  /// Of the request that answers a message anew; paths as in the `site` section.
  std::string retry_method = "PUT";
  std::string retry_path;
  /// Of those that begin and go on with a chat, which are POSTs; empty = they are passed over.
  std::string create_path;
  std::string follow_up_path;
  /// Whose message is meant where a request of a battle names both: 'a' or 'b'.
  char battle_target = 'a';
};

IdRules id_rules(const settings::Site& site, char battle_target);

/// A request that a page makes, as the browser tells of it.
struct SeenRequest {
  std::string_view method;
  std::string_view url;
  /// Of the document that makes it.
  std::string_view document_url;
  /// Of the scripts that make it.
  std::vector<std::string_view> script_urls;
};

enum class IdRequestKind { retry, create, follow_up };

/// "retry", "create", "follow_up".
std::string_view name(IdRequestKind kind);

/// What the address alone tells; ids that stand in the body are empty.
struct IdRequest {
  IdRequestKind kind = IdRequestKind::retry;
  std::string session_id = {};
  std::string message_id = {};
};

/// What a request says of its session.
struct SessionIds {
  std::string session_id;
  std::string message_id;
  /// Nothing where the request does not show it: one to A in a battle looks like a direct chat.
  std::optional<arena::Mode> mode = std::nullopt;
  /// 'a' or 'b', in a battle only.
  std::optional<char> battle_target = std::nullopt;
  bool operator==(const SessionIds&) const = default;
};

/// Nothing for all other requests, for those to another origin than the document's, and for those
/// that our own script makes.
std::optional<IdRequest> recognise(const SeenRequest& request, const IdRules& rules);

/// With what the body adds, which may be empty or nonsense; nothing when an id is still missing.
std::optional<SessionIds> read_ids(const IdRequest& request, std::string_view body,
                                   const IdRules& rules);

}  // namespace lmbridge::bridge
