// What is on its way to a viewer: news, in order, and the newest picture. A viewer that is slow
// gets fewer pictures, never old ones.
#pragma once

#include "base/condition.hpp"
#include "bridge/live_events.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>
#include <optional>
#include <string>
#include <variant>

namespace lmbridge::live {

/// I/O thread only; one task takes.
class Outbox {
 public:
  /// News as JSON, or a picture.
  using Item = std::variant<std::string, bridge::LiveFrame>;

  explicit Outbox(const boost::asio::any_io_executor& executor) : changed_(executor) {}

  /// False, and it is lost, when there are so many that the viewer can't be reading.
  bool say(std::string news);
  /// Takes the place of one that has not been sent.
  void show(bridge::LiveFrame picture);

  boost::asio::awaitable<Item> next();

  /// The viewer has shown a picture, or has one in its stead.
  void note_shown();

  /// Whether a picture would be sent at once. What a viewer has not shown yet lies in the buffers
  /// between us, so this is what keeps pictures from growing old there.
  [[nodiscard]] bool wants_picture() const;

 private:
  std::deque<std::string> news_;
  std::optional<bridge::LiveFrame> picture_;
  int on_their_way_ = 0;
  base::Condition changed_;
};

}  // namespace lmbridge::live
