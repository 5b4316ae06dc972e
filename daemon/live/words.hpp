// What a viewer and the daemon say beside the words of bridge/live_json.hpp, in the same form.
// Pure.
//
// In:  {"token": {"secret"}} or {"resume": {"secret"}}, as the first message and only there
//      {"shown": {}}, once for every picture  {"pages": {}}  {"show": {"page"}}
// Out: {"welcome": {"resume"}}  {"refused": {"why"}}  {"showing": {"page"}}
//      {"pages": {"list": [{"id", "url", "title", "state"}]}}  {"waiting_for": {"text"}}
#pragma once

#include "base/error.hpp"
#include "bridge/live_events.hpp"
#include "bridge/page_list.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace lmbridge::live {

struct Introduction {
  std::string secret;
  /// It is a token, and not for coming back.
  bool is_token = false;
};

/// Error: invalid_request.
Result<Introduction> parse_introduction(std::string_view text);

struct Shown {};
struct AskForPages {};
struct ShowPage {
  std::string id;
};

using ViewerMessage = std::variant<Shown, AskForPages, ShowPage, bridge::LiveInput>;

/// Error: invalid_request.
Result<ViewerMessage> parse_viewer_message(std::string_view text);

struct ListedPage {
  bridge::PageSummary page;
  /// "ready" and the like for pages that the daemon works in; empty for others.
  std::string state;
};

std::string welcome_json(std::string_view resume);
std::string refused_json(std::string_view why);
/// `page` is empty while there is none.
std::string showing_json(std::string_view page);
std::string pages_json(std::span<const ListedPage> pages);
std::string waiting_json(std::string_view text);

}  // namespace lmbridge::live
