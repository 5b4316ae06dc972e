// What the daemon tells of a live view, read from the bytes that come. Sans-IO.
#pragma once

#include "ctl/event_lines.hpp"
#include "ctl/trouble.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// Lines of JSON, see daemon/control/live.hpp.
class LiveEvents {
 public:
  explicit LiveEvents(std::function<void(const boost::json::object&)> sink);

  void take(std::string_view bytes) { lines_.take(bytes); }

  /// What went wrong, once all has come; nothing for a view that ended as it should.
  [[nodiscard]] std::optional<Trouble> trouble() const;

 private:
  std::function<void(const boost::json::object&)> sink_;
  EventLines lines_;
  /// Why it ended; empty while it has not.
  std::string reason_;
};

/// An event for people; `with_hint` for those who can act on one.
std::string describe_live_event(const boost::json::object& event, bool with_hint);

}  // namespace lmbridge::ctl
