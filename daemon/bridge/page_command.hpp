// What an operator can have done in a page, as values: they come from files of steps and from the
// command line, and PageCommands carries them out.
#pragma once

#include <string>
#include <variant>

namespace lmbridge::bridge {

/// An element, by CSS selector or by the text that a person sees; exactly one of both is set.
struct ElementTarget {
  std::string selector = {};
  std::string text = {};
  /// Which of several that can be seen, from 1; 0 = there must be one only.
  std::size_t nth = 0;

  [[nodiscard]] bool is_set() const { return !selector.empty() || !text.empty(); }
  bool operator==(const ElementTarget&) const = default;
};

namespace page_command {

/// Loads an address, which may be relative to that of the page, and waits for its document.
struct Goto {
  std::string url;
};

struct Reload {};

/// The middle of the element, with the left button.
struct Click {
  ElementTarget target = {};
};

/// Puts text into a field, as a paste does.
struct Type {
  ElementTarget target = {};
  std::string text;
  /// In place of what stands there.
  bool replaces = false;
};

/// A key such as "Enter", "a" or "Control+Shift+A", into what has the focus.
struct Press {
  std::string key;
};

enum class Awaited { visible, gone };

/// Waits for an element, or, where there is none, for an address with `url` in it.
struct Wait {
  ElementTarget target = {};
  Awaited state = Awaited::visible;
  std::string url = {};
};

/// What a person can read of an element, or of the page.
struct Text {
  ElementTarget target = {};
};

/// The source of an element, or of the page, as it is now.
struct Html {
  ElementTarget target = {};
};

/// A PNG of an element, of what the window shows, or of the whole page.
struct Screenshot {
  ElementTarget target = {};
  bool whole_page = false;
};

/// Runs a program among the page's own scripts. Its value, awaited, comes back: a text as it is,
/// all else as JSON.
struct Eval {
  std::string expression;
};

}  // namespace page_command

using PageCommand =
    std::variant<page_command::Goto, page_command::Reload, page_command::Click, page_command::Type,
                 page_command::Press, page_command::Wait, page_command::Text, page_command::Html,
                 page_command::Screenshot, page_command::Eval>;

}  // namespace lmbridge::bridge
