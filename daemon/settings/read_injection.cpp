#include "settings/read_injection.hpp"

#include <optional>
#include <utility>

namespace lmbridge::settings {
namespace {

arena::Message read_message(Section section) {
  arena::Message message{.role = arena::Role::user, .content = " "};
  section.read("role", message.role,
               {{"system", arena::Role::system},
                {"user", arena::Role::user},
                {"assistant", arena::Role::assistant}});
  section.read("content", message.content);
  section.read("participantPosition", message.participant_position,
               {{"a", std::optional('a')}, {"b", std::optional('b')}});
  return message;
}

/// The active preset, else the custom message, else nothing.
std::optional<arena::Message> read_chosen_message(Section section) {
  std::string active = "default";
  section.read("active_preset", active);
  std::optional<arena::Message> chosen;
  auto presets = section.section("presets");
  for (const auto& name : presets.names()) {
    auto message = read_message(presets.section(name));
    if (name == active) chosen = std::move(message);
  }
  const bool has_custom = section.has("custom");
  auto custom = read_message(section.section("custom"));
  if (!chosen && has_custom) chosen = std::move(custom);
  return chosen;
}

}  // namespace

void read_injection(Section& root, arena::Injection& injection) {
  bool enabled = false;
  root.read("bypass_enabled", enabled);
  arena::Injection wanted{.text = !root.has("bypass_settings")};
  {
    auto types = root.section("bypass_settings");
    types.read("text", wanted.text);
    types.read("search", wanted.search);
    types.read("image", wanted.image);
  }
  auto message = read_chosen_message(root.section("bypass_injection"));
  if (!enabled || !(wanted.text || wanted.search || wanted.image)) return;
  if (!message) {
    root.warn({"bypass_injection", "bypass_enabled"},
              "bypass_enabled is true, but nothing is injected: bypass_injection has neither the "
              "preset that active_preset names nor a custom message");
    return;
  }
  wanted.message = *std::move(message);
  injection = std::move(wanted);
}

}  // namespace lmbridge::settings
