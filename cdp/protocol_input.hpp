// DevTools commands that are a hand on mouse, keyboard and screen, and the screen; see
// protocol.hpp. Places are in CSS pixels from the upper left corner of the viewport. The page takes
// these for a person's.
#pragma once

#include "cdp/protocol.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp::input {

/// Bits of `modifiers`.
inline constexpr int alt = 1;
inline constexpr int control = 2;
inline constexpr int meta = 4;
inline constexpr int shift = 8;

/// Answers once the page has handled it, so not while a dialog of the page is open.
struct DispatchMouseEvent {
  static constexpr std::string_view method = "Input.dispatchMouseEvent";
  /// "mousePressed", "mouseReleased", "mouseMoved", "mouseWheel".
  std::string type;
  double x = 0;
  double y = 0;
  int modifiers = 0;
  /// "none", "left", "middle", "right", "back", "forward".
  std::string button = "none";
  /// Those that are down: 1 left, 2 right, 4 middle.
  int buttons = 0;
  int click_count = 0;
  /// Of the wheel.
  double delta_x = 0;
  double delta_y = 0;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct DispatchKeyEvent {
  static constexpr std::string_view method = "Input.dispatchKeyEvent";
  /// "keyDown" for keys that make a text, "rawKeyDown" for others, "keyUp".
  std::string type;
  int modifiers = 0;
  /// e.g. "a", "Enter".
  std::string key;
  /// e.g. "KeyA", "Enter".
  std::string code = {};
  /// What it writes.
  std::string text = {};
  int windows_virtual_key_code = 0;
  /// 1 left, 2 right, 3 number pad.
  int location = 0;
  bool auto_repeat = false;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct DispatchTouchEvent {
  static constexpr std::string_view method = "Input.dispatchTouchEvent";
  struct Point {
    double x = 0;
    double y = 0;
    int id = 0;
  };
  /// "touchStart", "touchMove", "touchEnd", "touchCancel".
  std::string type;
  /// Those that touch now; none at the end.
  std::vector<Point> points;
  int modifiers = 0;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

/// As an input method or a paste does: any script, no keys.
struct InsertText {
  static constexpr std::string_view method = "Input.insertText";
  std::string text;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace lmbridge::cdp::input

namespace lmbridge::cdp::emulation {

/// The size of the page's viewport, for as long as the session lasts.
struct SetDeviceMetricsOverride {
  static constexpr std::string_view method = "Emulation.setDeviceMetricsOverride";
  /// In CSS pixels.
  int width = 0;
  int height = 0;
  /// Pixels of the screen for one of CSS.
  double device_scale_factor = 1;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

/// Whether pages take the screen for one that can be touched.
struct SetTouchEmulationEnabled {
  static constexpr std::string_view method = "Emulation.setTouchEmulationEnabled";
  bool enabled = false;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace lmbridge::cdp::emulation
