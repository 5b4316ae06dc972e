// What the configuration does to a conversation before it goes to the site.
#pragma once

#include "arena/payload.hpp"
#include "arena/types.hpp"
#include "base/ids.hpp"
#include "base/link.hpp"

#include <vector>

namespace lmbridge::arena {

/// A message appended to every conversation with a model of one of the types (`bypass_*`).
struct Injection {
  bool text = false;
  bool search = false;
  bool image = false;
  Message message = {};
  bool operator==(const Injection&) const = default;
};

struct Shaping {
  /// All system messages become one in front, joined by a blank line (`tavern_mode_enabled`).
  bool merge_system_messages = false;
  /// `<think>...</think>` is taken out of assistant messages. Off unless we write think tags
  /// ourselves (`strip_reasoning_from_history` with `reasoning_output_mode`).
  bool strip_reasoning = false;
  /// For image models a last user message with attachments and text becomes two, the attachments
  /// first (`image_attachment_bypass_enabled`).
  bool split_pictures = false;
  Injection injection = {};
  bool operator==(const Shaping&) const = default;
};

/// Takes `<think>...</think>` and the blanks behind it out of `text`, every time it is there. Tags
/// in code stay, and so does one that is never closed.
void strip_reasoning(std::string& text);

/// Applies `shaping` in the order of its members. Behind the reasoning, so that none of it is sent,
/// the Markdown pictures of assistant messages whose links `rules` allow become attachments.
void shape(std::vector<Message>& messages, ModelType type, const Shaping& shaping,
           const base::LinkRules& rules, base::IdSource& ids);

}  // namespace lmbridge::arena
