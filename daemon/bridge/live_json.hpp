// The words in which a viewer and a LiveView speak: JSON, one object with one member a message. A
// picture goes as its bytes; what is beside them stands in a message of its own, before it. Pure.
//
// In:  {"mouse": {"action": "move"|"press"|"release", "x", "y", "button", "buttons", "modifiers",
//                 "click_count"}}
//      {"wheel": {"x", "y", "delta_x", "delta_y", "modifiers"}}
//      {"touch": {"action": "start"|"move"|"end"|"cancel", "points": [{"x", "y", "id"}],
//      "modifiers"}}
//      {"key": {"down", "key", "code", "text", "key_code", "location", "modifiers", "repeat"}}
//      {"screen": {"width", "height", "scale", "touch"}}
//      {"text": {"text"}}  {"navigate": {"address"}}  {"back": {}}  {"forward": {}}  {"reload": {}}
//      {"answer": {"accept", "text"}}
// Out: {"frame": {"width", "height", "sharp"}}  {"address": {"url", "title", "back", "forward"}}
//      {"dialog": {"type", "message", "text"}}  {"dialog_closed": {}}  {"message": {"text"}}
#pragma once

#include "base/error.hpp"
#include "bridge/live_events.hpp"

#include <string>
#include <string_view>

namespace lmbridge::bridge {

/// Fields that are missing have the defaults of live_events.hpp. Fails with invalid_request for
/// what is not such a message, has a field of another type or out of its bounds, or is longer than
/// 2 MB.
Result<LiveInput> parse_live_input(std::string_view text);

std::string live_json(const LiveOutput& output);

}  // namespace lmbridge::bridge
