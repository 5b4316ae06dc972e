#include "bridge/keyboard.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

namespace lmbridge::bridge {
namespace {

using cdp::input::DispatchKeyEvent;

/// A key with a name, and what it writes.
struct NamedKey {
  std::string_view key;
  int code = 0;
  std::string_view text = {};
};

constexpr auto named_keys = std::to_array<NamedKey>({
    {"Enter", 13, "\r"}, {"Tab", 9},      {"Escape", 27},     {"Backspace", 8},  {"Delete", 46},
    {"Insert", 45},      {"Home", 36},    {"End", 35},        {"PageUp", 33},    {"PageDown", 34},
    {"ArrowLeft", 37},   {"ArrowUp", 38}, {"ArrowRight", 39}, {"ArrowDown", 40}, {"Space", 32, " "},
    {"F1", 112},         {"F2", 113},     {"F3", 114},        {"F4", 115},       {"F5", 116},
    {"F6", 117},         {"F7", 118},     {"F8", 119},        {"F9", 120},       {"F10", 121},
    {"F11", 122},        {"F12", 123},
});

struct Modifier {
  std::string_view key;
  int bit;
  std::string_view code;
  int virtual_key;
};

constexpr auto modifiers = std::to_array<Modifier>({
    {"Alt", cdp::input::alt, "AltLeft", 18},
    {"Control", cdp::input::control, "ControlLeft", 17},
    {"Meta", cdp::input::meta, "MetaLeft", 91},
    {"Shift", cdp::input::shift, "ShiftLeft", 16},
});

const Modifier* find_modifier(std::string_view name) {
  const auto* found = std::ranges::find(modifiers, name, &Modifier::key);
  return found == modifiers.end() ? nullptr : found;
}

/// A letter, a digit or anything else that is one character.
DispatchKeyEvent character_key(std::string_view character) {
  DispatchKeyEvent event{.type = "keyDown", .key = std::string(character)};
  event.text = event.key;
  if (character.size() > 1) return event;
  const auto letter = static_cast<unsigned char>(character.front());
  if (std::isalpha(letter) != 0) {
    event.code = fmt::format("Key{}", static_cast<char>(std::toupper(letter)));
    event.windows_virtual_key_code = std::toupper(letter);
  } else if (std::isdigit(letter) != 0) {
    event.code = fmt::format("Digit{}", static_cast<char>(letter));
    event.windows_virtual_key_code = letter;
  }
  return event;
}

std::optional<DispatchKeyEvent> find_key(std::string_view name) {
  const auto* named = std::ranges::find(named_keys, name, &NamedKey::key);
  if (named != named_keys.end()) {
    // The key of the space bar is the character itself.
    return DispatchKeyEvent{.type = named->text.empty() ? "rawKeyDown" : "keyDown",
                            .key = std::string(name == "Space" ? " " : name),
                            .code = std::string(name),
                            .text = std::string(named->text),
                            .windows_virtual_key_code = named->code};
  }
  if (name.empty() || base::utf8_sequence_length(name) != name.size()) return std::nullopt;
  return character_key(name);
}

DispatchKeyEvent release(DispatchKeyEvent event) {
  event.type = "keyUp";
  event.text.clear();
  return event;
}

}  // namespace

Result<std::vector<DispatchKeyEvent>> key_events(std::string_view name) {
  std::vector<DispatchKeyEvent> down;
  int held = 0;
  auto rest = name;
  // The plus sign itself is a key, too.
  for (auto plus = rest.find('+'); plus != std::string_view::npos && plus + 1 < rest.size();
       plus = rest.find('+')) {
    const auto* modifier = find_modifier(rest.substr(0, plus));
    if (modifier == nullptr) break;
    held |= modifier->bit;
    down.push_back({.type = "rawKeyDown",
                    .modifiers = held,
                    .key = std::string(modifier->key),
                    .code = std::string(modifier->code),
                    .windows_virtual_key_code = modifier->virtual_key,
                    .location = 1});
    rest = rest.substr(plus + 1);
  }
  auto key = find_key(rest);
  if (!key) {
    return fail(
        ErrorCode::invalid_request,
        fmt::format("there is no key {}: write one character, or a name such as Enter, Tab, "
                    "Escape, Backspace, ArrowDown, F5, with Control+, Shift+, Alt+ or Meta+ "
                    "in front of it",
                    base::quoted(base::excerpt(name, 40))));
  }
  key->modifiers = held;
  // With these held it is a command and writes nothing.
  if ((held & ~cdp::input::shift) != 0) {
    key->type = "rawKeyDown";
    key->text.clear();
  }
  down.push_back(*std::move(key));
  std::vector<DispatchKeyEvent> events = down;
  for (auto event = down.rbegin(); event != down.rend(); ++event) events.push_back(release(*event));
  return events;
}

}  // namespace lmbridge::bridge
