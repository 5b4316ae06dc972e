// DevTools commands and events by which a person looks at a page and goes from one to the next; see
// protocol.hpp.
#pragma once

#include "cdp/protocol.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp::page {

/// Answers before the document is there.
struct Reload : WithoutParameters {
  static constexpr std::string_view method = "Page.reload";
  using Reply = NoReply;
};

/// A hidden tab of full Chromium draws nothing.
struct BringToFront : WithoutParameters {
  static constexpr std::string_view method = "Page.bringToFront";
  using Reply = NoReply;
};

struct GetNavigationHistory : WithoutParameters {
  static constexpr std::string_view method = "Page.getNavigationHistory";
  struct Entry {
    std::int64_t id = 0;
    std::string url;
    std::string title;
  };
  struct Reply {
    std::int64_t current_index = 0;
    std::vector<Entry> entries;
    static Reply read(const Fields& fields);
  };
};

struct NavigateToHistoryEntry {
  static constexpr std::string_view method = "Page.navigateToHistoryEntry";
  std::int64_t entry_id = 0;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

/// Of frames in the page, too; those have a parent.
struct FrameNavigated {
  static constexpr std::string_view method = "Page.frameNavigated";
  std::string_view parent_id;
  std::string_view url;
  static FrameNavigated read(const Fields& fields);
};

struct NavigatedWithinDocument {
  static constexpr std::string_view method = "Page.navigatedWithinDocument";
  std::string_view frame_id;
  std::string_view url;
  static NavigatedWithinDocument read(const Fields& fields) {
    return {fields.text("frameId"), fields.text("url")};
  }
};

/// All that a navigation begins with has ended, one way or the other. One that overtakes another
/// tells of nothing else.
struct FrameStoppedLoading {
  static constexpr std::string_view method = "Page.frameStoppedLoading";
  std::string_view frame_id;
  static FrameStoppedLoading read(const Fields& fields) { return {fields.text("frameId")}; }
};

/// The document and what belongs to it are there.
struct LoadEventFired {
  static constexpr std::string_view method = "Page.loadEventFired";
};

/// The page opens another one, by window.open() or a link.
struct WindowOpen {
  static constexpr std::string_view method = "Page.windowOpen";
  std::string_view url;
  static WindowOpen read(const Fields& fields) { return {fields.text("url")}; }
};

/// alert() and its kind; the page's scripts stand still until it is answered.
struct JavascriptDialogOpening {
  static constexpr std::string_view method = "Page.javascriptDialogOpening";
  /// "alert", "confirm", "prompt", "beforeunload".
  std::string_view type;
  std::string_view message;
  std::string_view default_prompt;
  static JavascriptDialogOpening read(const Fields& fields) {
    return {fields.text("type"), fields.text("message"), fields.text("defaultPrompt")};
  }
};

/// Somebody, perhaps on another session, has answered it.
struct JavascriptDialogClosed {
  static constexpr std::string_view method = "Page.javascriptDialogClosed";
};

struct HandleJavaScriptDialog {
  static constexpr std::string_view method = "Page.handleJavaScriptDialog";
  bool accept = false;
  std::string prompt_text = {};
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

/// The page is told that its file dialogs have been cancelled; nothing is shown.
struct SetInterceptFileChooserDialog {
  static constexpr std::string_view method = "Page.setInterceptFileChooserDialog";
  static void append_parameters(std::string& out) { out += R"({"enabled":true,"cancel":true})"; }
  using Reply = NoReply;
};

struct FileChooserOpened {
  static constexpr std::string_view method = "Page.fileChooserOpened";
};

struct GetLayoutMetrics : WithoutParameters {
  static constexpr std::string_view method = "Page.getLayoutMetrics";
  struct Reply {
    /// Of the whole document, in CSS pixels.
    double content_width = 0;
    double content_height = 0;
    static Reply read(const Fields& fields);
  };
};

struct CaptureScreenshot {
  static constexpr std::string_view method = "Page.captureScreenshot";
  /// "png" or "jpeg".
  std::string format = "png";
  /// Of jpeg; 0 for the browser's own choice.
  int quality = 0;
  /// A part of the document in CSS pixels, wherever it is scrolled to; without one the viewport.
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  void append_parameters(std::string& out) const;
  struct Reply {
    /// Base64.
    std::string data;
    static Reply read(const Fields& fields) { return {std::string(fields.text("data"))}; }
  };
};

/// JPEG frames whenever the page is drawn anew, each once the one before has been acknowledged;
/// what is drawn meanwhile is not queued, but the last of it is not lost.
struct StartScreencast {
  static constexpr std::string_view method = "Page.startScreencast";
  int quality = 60;
  int max_width = 1280;
  int max_height = 1280;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct StopScreencast : WithoutParameters {
  static constexpr std::string_view method = "Page.stopScreencast";
  using Reply = NoReply;
};

struct ScreencastFrame {
  static constexpr std::string_view method = "Page.screencastFrame";
  /// Base64.
  std::string_view data;
  /// What its acknowledgement must name.
  std::int64_t number = 0;
  /// Of the viewport, in CSS pixels; the picture may be smaller.
  double device_width = 0;
  double device_height = 0;
  /// How far the picture's top is above the viewport's.
  double offset_top = 0;
  double page_scale_factor = 1;
  static ScreencastFrame read(const Fields& fields);
};

struct ScreencastFrameAck {
  static constexpr std::string_view method = "Page.screencastFrameAck";
  std::int64_t number = 0;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace lmbridge::cdp::page
