#include "arena/shaping.hpp"

#include "arena/attachment.hpp"
#include "arena/code_regions.hpp"
#include "arena/markdown_pictures.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace lmbridge::arena {
namespace {

bool is_system(const Message& message) {
  return message.role == Role::system;
}

void merge_system_messages(std::vector<Message>& messages) {
  if (std::ranges::none_of(messages, is_system)) return;
  Message merged{.role = Role::system};
  for (auto& message : messages) {
    if (!is_system(message)) continue;
    if (!merged.content.empty() && !message.content.empty()) merged.content += "\n\n";
    merged.content += message.content;
    std::ranges::move(message.attachments, std::back_inserter(merged.attachments));
  }
  std::erase_if(messages, is_system);
  messages.insert(messages.begin(), std::move(merged));
}

/// Finds tags outside of code, forwards.
class TagFinder {
 public:
  TagFinder(std::string_view text, const std::vector<CodeRegion>& code, std::string_view tag)
      : text_(text), cursor_(code), tag_(tag) {}

  /// The first one from `position` on; positions must not decrease.
  std::size_t next(std::size_t position, bool in_open_ended_code) {
    auto found = text_.find(tag_, position);
    while (found != std::string_view::npos) {
      const auto* region = cursor_.at(found);
      if (region == nullptr || (in_open_ended_code && region->open_ended)) break;
      found = text_.find(tag_, region->end);
    }
    return found;
  }

 private:
  std::string_view text_;
  CodeCursor cursor_;
  std::string_view tag_;
};

void take_pictures(Message& message, const base::LinkRules& rules, base::IdSource& ids) {
  for (auto& picture : take_markdown_pictures(message.content, rules)) {
    message.attachments.push_back(make_attachment(std::move(picture.url), picture.alt, true, ids));
  }
}

/// The attachments of the last user message get a message of their own in front of it.
void split_pictures(std::vector<Message>& messages) {
  const auto last =
      std::ranges::find(messages.rbegin(), messages.rend(), Role::user, &Message::role);
  if (last == messages.rend() || last->attachments.empty() || last->content.empty()) return;
  Message pictures{.role = Role::user,
                   .content = {},
                   .attachments = std::exchange(last->attachments, {}),
                   .participant_position = last->participant_position};
  messages.insert(std::prev(last.base()), std::move(pictures));
}

bool applies(const Injection& injection, ModelType type) {
  switch (type) {
    case ModelType::text:
      return injection.text;
    case ModelType::search:
      return injection.search;
    case ModelType::image:
      return injection.image;
  }
  std::unreachable();
}

}  // namespace

void strip_reasoning(std::string& text) {
  constexpr std::string_view opening = "<think>";
  constexpr std::string_view closing = "</think>";
  if (!text.contains(opening)) return;
  const auto code = find_code(text);
  TagFinder openings(text, code, opening);
  TagFinder closings(text, code, closing);
  std::string out;
  std::size_t copied = 0;
  for (;;) {
    const auto begin = openings.next(copied, false);
    if (begin == std::string::npos) break;
    // A fence that nobody closed may have been opened by the reasoning itself.
    const auto end = closings.next(begin, true);
    if (end == std::string::npos) break;
    out.append(text, copied, begin - copied);
    copied = std::min(text.size(), text.find_first_not_of(" \t\r\n", end + closing.size()));
  }
  if (copied == 0) return;
  out.append(text, copied);
  text = std::move(out);
}

void shape(std::vector<Message>& messages, ModelType type, const Shaping& shaping,
           const base::LinkRules& rules, base::IdSource& ids) {
  if (shaping.merge_system_messages) merge_system_messages(messages);
  for (auto& message : messages) {
    if (message.role != Role::assistant) continue;
    if (shaping.strip_reasoning) strip_reasoning(message.content);
    take_pictures(message, rules, ids);
  }
  if (shaping.split_pictures && type == ModelType::image) split_pictures(messages);
  if (applies(shaping.injection, type)) messages.push_back(shaping.injection.message);
}

}  // namespace lmbridge::arena
