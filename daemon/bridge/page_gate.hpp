// How many requests a page may be given, by what is known of its document and of the answers that
// the site gave to it. Sans-IO.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace lmbridge::bridge {

enum class PageState {
  /// There is no document, or nothing is known of it yet.
  loading,
  ready,
  /// A human must answer the site's challenge in the page.
  needs_verification,
  needs_sign_in
};

/// The name that clients and scripts see, e.g. "needs_sign_in".
std::string_view name(PageState state);

/// Opens with a document of the site. When the site asks for a human it closes: the page is loaded
/// again once, so that it shows the challenge, and then whatever may have changed something (a new
/// document, other cookies, time) lets one request try; if that is answered, the page is past it.
class PageGate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// How long after a failed trial another one is made although nothing has changed: more each
  /// time.
  static constexpr std::chrono::seconds shortest_trial_pause{1};
  static constexpr std::chrono::seconds longest_trial_pause{15};
  static constexpr std::chrono::milliseconds time_to_leave{500};

  /// The document is gone.
  void lose();
  /// A document of the site has come, with a status that says that it is no failure.
  void open();
  /// The document asks for a human.
  void challenge();
  /// A request was answered with verification_required or sign_in_required.
  void refuse(ErrorCode code, TimePoint now);
  /// A request was answered, with whatever else.
  void confirm();
  /// Cookies have changed: somebody may have signed in. That happens with every refusal, too, so
  /// what changes within a second of one is taken for that. A site that has signed somebody in
  /// shows another document next, and a request would go with the one that is left: so there is a
  /// trial when that document has come, or has not come after `time_to_leave`.
  void reconsider(TimePoint now);
  /// The page is being loaded because of reload_wanted().
  void reloading() { reloaded_ = true; }

  [[nodiscard]] PageState state() const;
  /// The page should be loaded again as soon as no request runs in it.
  [[nodiscard]] bool reload_wanted() const { return blocked_ && !challenged_ && !reloaded_; }
  /// A request that is given to it now finds out whether the site answers again.
  [[nodiscard]] bool is_on_trial() const { return blocked_.has_value(); }
  /// How many requests may run at once: none, one that tries, or all that there is room for.
  [[nodiscard]] std::size_t limit(TimePoint now) const;
  /// When limit() may change by itself; nullopt when it does not.
  [[nodiscard]] std::optional<TimePoint> next_trial() const;

 private:
  bool has_document_ = false;
  /// The document itself is the challenge.
  bool challenged_ = false;
  /// verification_required or sign_in_required, until a request has been answered.
  std::optional<ErrorCode> blocked_;
  bool reloaded_ = false;
  /// A document has come since the site last asked for a human: it may be past that.
  bool fresh_ = false;
  /// Nobody was refused since.
  bool reconsidered_ = false;
  TimePoint refused_at_ = TimePoint::min();
  TimePoint next_trial_ = TimePoint::min();
  std::chrono::seconds trial_pause_ = shortest_trial_pause;
};

}  // namespace lmbridge::bridge
