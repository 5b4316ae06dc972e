// One command that lets a person look: its link, and what becomes of it.
#pragma once

#include "base/condition.hpp"
#include "live/ending.hpp"
#include "live/passes.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace lmbridge::live {

struct InvitationEvent {
  enum class Kind { viewer_came, viewer_left, ended };
  Kind kind = Kind::ended;
  /// The viewer's address.
  std::string address;
  /// Why it left, or why all is over: see Ending::reason, and "expired" for a link that nobody
  /// opened.
  std::string reason;
};

/// I/O thread only. As long as it lives its viewer may look; it goes before Live does.
class Invitation {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Terms {
    InvitationId id = 0;
    /// Part of the link.
    std::string token;
    /// PageSummary::id of the page to begin with; empty for the daemon's own.
    std::string page;
    TimePoint expires;
    /// How long it lasts without a viewer.
    std::chrono::milliseconds idle_limit{};
  };

  /// `on_end` is called when it goes.
  Invitation(const boost::asio::any_io_executor& executor, Terms terms,
             std::function<void()> on_end);
  Invitation(const Invitation&) = delete;
  Invitation& operator=(const Invitation&) = delete;
  ~Invitation();

  [[nodiscard]] const std::string& token() const { return terms_.token; }
  [[nodiscard]] const std::string& page() const { return terms_.page; }

  /// What happens next; nothing once it has ended.
  boost::asio::awaitable<std::optional<InvitationEvent>> next();

  /// For Live.
  void note_came(std::string address);
  void note_left(std::string address, const Ending& ending);
  void end(std::string_view reason);

 private:
  [[nodiscard]] TimePoint deadline() const;
  void tell(InvitationEvent event);

  Terms terms_;
  std::function<void()> on_end_;
  std::deque<InvitationEvent> events_;
  base::Condition changed_;
  bool is_opened_ = false;
  bool has_ended_ = false;
  std::size_t viewers_ = 0;
  TimePoint left_at_;
};

}  // namespace lmbridge::live
