// Writes the ids of a session where requests take them from, and nothing else: pure, on texts. For
// files see change_file().
#pragma once

#include "arena/endpoint_map.hpp"
#include "arena/types.hpp"
#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::settings {

struct NewIds {
  std::string session_id;
  std::string message_id;
  /// What is not known stays as it is.
  std::optional<arena::Mode> mode = std::nullopt;
  /// 'a' or 'b'.
  std::optional<char> battle_target = std::nullopt;
  arena::IdOrigin origin = {};
};

/// A text that has been edited, and what is different, a line each for people:
/// `session_id: "YOUR_SESSION_ID" -> "c6341952-..."`.
struct Edited {
  std::string text;
  std::vector<std::string> changes;
};

/// The ids of config.jsonc, for all models without some of their own.
Result<Edited> with_default_ids(std::string_view config, const NewIds& ids);

enum class IdPlacement {
  /// The only session of the model, in place of the one that it has.
  entry,
  /// One more of several. Where the session is there already its entry is renewed.
  pool
};

/// The ids of one model in model_endpoint_map.json. Fails with invalid_configuration where `entry`
/// would throw a pool away.
Result<Edited> with_model_ids(std::string_view endpoint_map, std::string_view model,
                              const NewIds& ids, IdPlacement placement);

/// Without the sessions of `model` that have that id, or without all of them for "". not_found when
/// there is none; a model whose last session goes is not in the map any more.
Result<Edited> without_model_ids(std::string_view endpoint_map, std::string_view model,
                                 std::string_view session_id);

}  // namespace lmbridge::settings
