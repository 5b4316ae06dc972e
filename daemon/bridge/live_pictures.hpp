// When the pictures of a live view are taken and acknowledged: pure, time is handed in. An
// acknowledgement lets the browser draw the next one, so late ones save it most of its work.
//
// The browser has at most three on the way and counts each until it is acknowledged; what the page
// shows while there is no room it does not tell later (content/browser/devtools/protocol/
// page_handler.cc). So each is acknowledged, one after the other: while the page moves there is
// room for one in each interval, and once it stands still there is room for all.
#pragma once

#include "bridge/live_events.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lmbridge::bridge {

struct LiveViewOptions {
  /// Of a picture, in pixels.
  int max_width = 1280;
  int max_height = 1280;
  /// Of a JPEG, 1 to 100: while the page moves, and when it stands still.
  int quality = 50;
  int sharp_quality = 90;
  /// Pictures come no faster than this.
  std::chrono::milliseconds frame_interval{100};
  /// After so long without a change the page stands still.
  std::chrono::milliseconds still_after{400};
};

class LivePictures {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit LivePictures(LiveViewOptions options) : options_(options) {}

  /// The browser has been asked for pictures. It may lose the first one, and a page that stands
  /// still has no other: then a sharp one is due.
  void start(TimePoint now);

  /// A picture of the moving page. `number` is the browser's, the same until it is asked for
  /// pictures anew. One that looks as the one before is not shown: taking a sharp picture makes the
  /// browser draw, too.
  void add(LiveFrame frame, std::int64_t number, TimePoint now);
  /// A sharp one. It is dropped when the page has moved since.
  void add_sharp(LiveFrame frame);

  /// The newest one, once.
  std::optional<LiveFrame> take(TimePoint now);

  /// The number of one to acknowledge, when that is due: the last has been taken, and it is time
  /// for another.
  std::optional<std::int64_t> acknowledge(TimePoint now);
  /// Whether a sharp picture is due; once for every time that the page comes to rest.
  bool wants_sharp(TimePoint now);

  /// When the two above may have more to say, if nothing else happens.
  [[nodiscard]] TimePoint next_look() const;

 private:
  [[nodiscard]] TimePoint next_acknowledgement() const;

  LiveViewOptions options_;
  std::optional<LiveFrame> waiting_;
  std::int64_t number_ = 0;
  int unacknowledged_ = 0;
  TimePoint acknowledged_at_;
  bool is_taken_ = false;
  TimePoint shown_at_;
  /// The last change of the page.
  TimePoint changed_at_;
  bool is_sharp_due_ = false;
  /// A sharp one is under way.
  bool is_sharp_wanted_ = false;
  std::string last_;
};

}  // namespace lmbridge::bridge
