#include "bridge/id_request.hpp"

#include "base/ids.hpp"
#include "base/strict_json.hpp"
#include "bridge_js/script.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
namespace json = boost::json;
namespace {

constexpr std::string_view session_placeholder = "{session_id}";
constexpr std::string_view message_placeholder = "{message_id}";
/// Of larger ones the address must do.
constexpr std::size_t largest_body = 32UL * 1024 * 1024;

struct Address {
  std::string_view origin;
  std::string_view path;
};

/// Without query and fragment.
Address split(std::string_view url) {
  const auto authority = url.find("://");
  if (authority == std::string_view::npos) return {};
  const auto end = std::min(url.find_first_of("/?#", authority + 3), url.size());
  const auto rest = url.substr(end);
  return {.origin = url.substr(0, end), .path = rest.substr(0, rest.find_first_of("?#"))};
}

/// The UUID at the beginning of `path`; empty when there is none.
std::string_view leading_id(std::string_view path) {
  const auto id = path.substr(0, path.find('/'));
  return base::is_uuid(id) ? id : std::string_view();
}

/// Reads `path` by `path_template`; false when it does not fit.
bool match(std::string_view path_template, std::string_view path, IdRequest& request) {
  if (path_template.empty()) return false;
  while (!path_template.empty()) {
    const bool is_session = path_template.starts_with(session_placeholder);
    if (is_session || path_template.starts_with(message_placeholder)) {
      const auto id = leading_id(path);
      if (id.empty()) return false;
      (is_session ? request.session_id : request.message_id) = id;
      path.remove_prefix(id.size());
      path_template.remove_prefix(is_session ? session_placeholder.size()
                                             : message_placeholder.size());
      continue;
    }
    if (path.empty() || path.front() != path_template.front()) return false;
    path.remove_prefix(1);
    path_template.remove_prefix(1);
  }
  return path.empty();
}

std::string_view text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* string = value != nullptr ? value->if_string() : nullptr;
  return string != nullptr ? std::string_view(*string) : std::string_view();
}

std::string_view id_in(const json::object& object, std::string_view key) {
  const auto id = text(object, key);
  return base::is_uuid(id) ? id : std::string_view();
}

std::vector<const json::object*> messages_of(const json::object& body) {
  std::vector<const json::object*> messages;
  const auto* value = body.if_contains("messages");
  const auto* list = value != nullptr ? value->if_array() : nullptr;
  if (list == nullptr) return messages;
  for (const auto& item : *list) {
    if (const auto* message = item.if_object()) messages.push_back(message);
  }
  return messages;
}

std::optional<char> position_of(const json::object& message) {
  const auto position = text(message, "participantPosition");
  if (position == "a" || position == "b") return position.front();
  return std::nullopt;
}

/// In a battle every message is at its target's side; in a direct chat a system message is at b and
/// all others are at a. So messages at a alone may be of either.
std::optional<arena::Mode> mode_of(const json::object& body) {
  const auto said = text(body, "mode");
  if (said == "direct") return arena::Mode::direct_chat;
  if (said == "battle" || said == "side-by-side") return arena::Mode::battle;
  std::optional<arena::Mode> mode;
  for (const auto* message : messages_of(body)) {
    if (position_of(*message) != 'b') continue;
    if (text(*message, "role") != "system") return arena::Mode::battle;
    mode = arena::Mode::direct_chat;
  }
  return mode;
}

/// Of the answer, as the page names it when it asks for it.
std::string_view answer_id(const json::object& body, char target) {
  const auto id = id_in(body, target == 'b' ? "modelBMessageId" : "modelAMessageId");
  if (!id.empty()) return id;
  const auto messages = messages_of(body);
  const auto found =
      std::ranges::find_if(messages.rbegin(), messages.rend(), [&](const auto* each) {
        return text(*each, "role") == "assistant" && position_of(*each).value_or(target) == target;
      });
  return found == messages.rend() ? std::string_view() : id_in(**found, "id");
}

json::object parse_body(std::string_view body) {
  if (body.size() > largest_body) return {};
  auto parsed = base::parse_strict_json(body);
  return parsed && parsed->is_object() ? std::move(parsed->get_object()) : json::object();
}

/// Of a Retry the message that is answered anew is the last one.
std::optional<char> retried_position(const json::object& body) {
  const auto messages = messages_of(body);
  return messages.empty() ? std::nullopt : position_of(*messages.back());
}

}  // namespace

IdRules id_rules(const settings::Site& site, char battle_target) {
  return {.retry_method = site.method,
          .retry_path = site.retry_path,
          .create_path = site.create_path,
          .follow_up_path = site.follow_up_path,
          .battle_target = battle_target};
}

std::string_view name(IdRequestKind kind) {
  switch (kind) {
    case IdRequestKind::retry:
      return "retry";
    case IdRequestKind::create:
      return "create";
    case IdRequestKind::follow_up:
      return "follow_up";
  }
  std::unreachable();
}

std::optional<IdRequest> recognise(const SeenRequest& request, const IdRules& rules) {
  const auto& scripts = request.script_urls;
  if (std::ranges::find(scripts, bridge_js::script_url) != scripts.end()) return std::nullopt;
  const auto [origin, path] = split(request.url);
  if (origin.empty() || origin != split(request.document_url).origin) return std::nullopt;
  if (request.method == rules.retry_method) {
    IdRequest retry{.kind = IdRequestKind::retry};
    if (match(rules.retry_path, path, retry)) return retry;
  }
  if (request.method != "POST") return std::nullopt;
  for (const auto& [kind, path_template] :
       {std::pair(IdRequestKind::create, rules.create_path),
        std::pair(IdRequestKind::follow_up, rules.follow_up_path)}) {
    IdRequest begun{.kind = kind};
    if (match(path_template, path, begun)) return begun;
  }
  return std::nullopt;
}

std::optional<SessionIds> read_ids(const IdRequest& request, std::string_view body,
                                   const IdRules& rules) {
  const auto parsed = parse_body(body);
  SessionIds ids{
      .session_id = request.session_id, .message_id = request.message_id, .mode = mode_of(parsed)};
  const bool is_retry = request.kind == IdRequestKind::retry;
  const bool is_battle = ids.mode == arena::Mode::battle;
  const char target = is_battle ? rules.battle_target : 'a';
  if (ids.session_id.empty()) ids.session_id = id_in(parsed, "evaluationSessionId");
  if (ids.session_id.empty()) ids.session_id = id_in(parsed, "id");
  if (ids.message_id.empty()) ids.message_id = answer_id(parsed, target);
  if (is_battle) ids.battle_target = is_retry ? retried_position(parsed) : target;
  if (ids.session_id.empty() || ids.message_id.empty()) return std::nullopt;
  return ids;
}

}  // namespace lmbridge::bridge
