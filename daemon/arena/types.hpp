// The words of the site that more than one part of this room speaks.
#pragma once

namespace lmbridge::arena {

enum class Role { system, user, assistant };

/// What kind of conversation a session id belongs to: one model, or two that compete.
enum class Mode { direct_chat, battle };

/// What a model puts out.
enum class ModelType { text, image, search };

}  // namespace lmbridge::arena
