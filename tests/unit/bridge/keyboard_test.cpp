#include "bridge/keyboard.hpp"

#include "tests/unit/result_test.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using testing::ElementsAre;

/// "type key code text modifiers" of each event.
std::vector<std::string> events(std::string_view name) {
  std::vector<std::string> lines;
  for (const auto& event : test::must(key_events(name))) {
    lines.push_back(fmt::format("{} {} {} '{}' {}", event.type, event.key, event.code, event.text,
                                event.modifiers));
  }
  return lines;
}

TEST(Keyboard, ACharacterIsWritten) {
  EXPECT_THAT(events("a"), ElementsAre("keyDown a KeyA 'a' 0", "keyUp a KeyA '' 0"));
  EXPECT_THAT(events("+"), ElementsAre("keyDown +  '+' 0", "keyUp +  '' 0"));
  EXPECT_THAT(events("\xe4\xb8\xad"),
              ElementsAre("keyDown \xe4\xb8\xad  '\xe4\xb8\xad' 0", "keyUp \xe4\xb8\xad  '' 0"));
}

TEST(Keyboard, NamedKeysWriteNothingButEnterAndSpace) {
  EXPECT_THAT(events("Tab"), ElementsAre("rawKeyDown Tab Tab '' 0", "keyUp Tab Tab '' 0"));
  EXPECT_THAT(events("Enter"), ElementsAre("keyDown Enter Enter '\r' 0", "keyUp Enter Enter '' 0"));
  EXPECT_THAT(events("Space"), ElementsAre("keyDown   Space ' ' 0", "keyUp   Space '' 0"));
}

TEST(Keyboard, ModifiersAreHeldAroundTheKeyAndMakeItACommand) {
  EXPECT_THAT(events("Control+Shift+k"),
              ElementsAre("rawKeyDown Control ControlLeft '' 2", "rawKeyDown Shift ShiftLeft '' 10",
                          "rawKeyDown k KeyK '' 10", "keyUp k KeyK '' 10",
                          "keyUp Shift ShiftLeft '' 10", "keyUp Control ControlLeft '' 2"));
  EXPECT_EQ(test::must(key_events("Shift+A"))[1].text, "A") << "with Shift alone it is written";
  EXPECT_EQ(events("Control++").size(), 4U);
}

TEST(Keyboard, WhatIsNoKeyIsRefused) {
  for (const auto* name : {"", "enter", "ab", "Hyper+a", "Control+", "Control+Nothing", "\xff"}) {
    EXPECT_EQ(test::code_of(key_events(name)), ErrorCode::invalid_request) << name;
  }
}

}  // namespace
}  // namespace lmbridge::bridge
