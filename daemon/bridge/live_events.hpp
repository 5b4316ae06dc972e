// What goes to and fro between a page and a person who looks at it from afar, as values. Places are
// in CSS pixels from the upper left corner of the viewport.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace lmbridge::bridge {

/// A picture of the viewport.
struct LiveFrame {
  /// The bytes of a JPEG, which may have fewer or more pixels than the viewport.
  std::string jpeg;
  /// Of the viewport.
  double width = 0;
  double height = 0;
  /// Taken while nothing moves, in full quality.
  bool is_sharp = false;
};

/// Where the page is; comes whenever that changes.
struct LiveAddress {
  std::string url;
  std::string title;
  bool can_go_back = false;
  bool can_go_forward = false;
};

/// The page waits for an answer to this, and does nothing else: "alert", "confirm", "prompt",
/// "beforeunload".
struct LiveDialog {
  std::string type;
  std::string message;
  std::string default_text;
};

/// It has been answered, perhaps by somebody else.
struct LiveDialogClosed {};

/// A sentence for the person who looks.
struct LiveMessage {
  std::string text;
};

using LiveOutput = std::variant<LiveFrame, LiveAddress, LiveDialog, LiveDialogClosed, LiveMessage>;

namespace live_input {

enum class MouseAction { move, press, release };

struct Mouse {
  MouseAction action = MouseAction::move;
  double x = 0;
  double y = 0;
  /// "none", "left", "middle", "right", "back", "forward".
  std::string button = "none";
  /// Those that are down, and modifiers: bits as in cdp/protocol_input.hpp.
  int buttons = 0;
  int modifiers = 0;
  int click_count = 0;
};

struct Wheel {
  double x = 0;
  double y = 0;
  double delta_x = 0;
  double delta_y = 0;
  int modifiers = 0;
};

enum class TouchAction { start, move, end, cancel };

struct TouchPoint {
  double x = 0;
  double y = 0;
  int id = 0;
};

struct Touch {
  TouchAction action = TouchAction::start;
  std::vector<TouchPoint> points = {};
  int modifiers = 0;
};

/// The fields of a KeyboardEvent.
struct Key {
  bool is_down = true;
  std::string key = {};
  std::string code = {};
  /// What it writes; empty for keys that write nothing.
  std::string text = {};
  int key_code = 0;
  int location = 0;
  int modifiers = 0;
  bool auto_repeat = false;
};

/// From an input method, or pasted.
struct Text {
  std::string text;
};

/// The screen of the person who looks: the page gets the same size.
struct Screen {
  /// In CSS pixels.
  int width = 0;
  int height = 0;
  /// Its pixels for one of CSS.
  double scale = 1;
  /// It can be touched.
  bool touch = false;
};

/// As typed into an address bar; see page_address().
struct Navigate {
  std::string address;
};
struct Back {};
struct Forward {};
struct Reload {};

struct AnswerDialog {
  bool accept = false;
  /// For a prompt.
  std::string text = {};
};

}  // namespace live_input

using LiveInput =
    std::variant<live_input::Mouse, live_input::Wheel, live_input::Touch, live_input::Key,
                 live_input::Text, live_input::Screen, live_input::Navigate, live_input::Back,
                 live_input::Forward, live_input::Reload, live_input::AnswerDialog>;

}  // namespace lmbridge::bridge
