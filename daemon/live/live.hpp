// Lets a person look at the browser's pages and act in them, from a browser elsewhere. Commands
// invite; who opens the link of an invitation looks; one person at a time.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bridge/bridge.hpp"
#include "http/exchange.hpp"
#include "live/ending.hpp"
#include "live/invitation.hpp"
#include "live/passes.hpp"
#include "live/waiting_for.hpp"
#include "settings/live.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::live {

class Viewer;

/// What there was since the daemon started.
struct Counts {
  std::uint64_t viewers = 0;
  /// By reason: "origin", "handshake", "crowd", and those of Refusal; of viewers that have been let
  /// in "message".
  std::map<std::string, std::uint64_t, std::less<>> refused;
};

/// I/O thread only. Invitations and requests end before it goes.
class Live {
 public:
  /// All of it outlives this.
  struct Parts {
    const settings::LiveSettings& settings;
    bridge::Bridge& bridge;
    base::Log& log;
    http::ErrorResponse error_response;
  };

  Live(boost::asio::any_io_executor executor, Parts parts);
  ~Live();

  /// Whether a request is for handle().
  static bool is_meant(std::string_view path) {
    return path == "/live" || path.starts_with("/live/");
  }
  /// Serves the page and its WebSocket while somebody is invited; otherwise there is nothing.
  boost::asio::awaitable<void> handle(http::Exchange& exchange);

  /// `page` is a PageSummary::id; empty for the daemon's own page. Error: shutting_down.
  Result<std::unique_ptr<Invitation>> invite(std::string page);

  /// Part of a link: what stands behind the listener's address.
  static std::string link_path(const Invitation& invitation) {
    return "/live/#" + invitation.token();
  }

  /// The daemon stops: everything ends, and nobody is invited any more.
  void close();

  /// What viewers are told that the daemon waits for, beside its own state.
  [[nodiscard]] WaitingFor& waiting_for() { return waiting_for_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// Persons who look now: 0 or 1.
  [[nodiscard]] std::size_t viewers() const { return current_.viewer == nullptr ? 0 : 1; }

 private:
  struct Stranger;
  struct Admission {
    InvitationId id = 0;
    std::string welcome;
  };

  boost::asio::awaitable<void> serve_file(http::Exchange& exchange);
  boost::asio::awaitable<void> serve_socket(http::Exchange& exchange);
  boost::asio::awaitable<std::optional<Admission>> introduce(http::WebSocket& socket,
                                                             std::string address);
  boost::asio::awaitable<std::optional<Admission>> check(http::WebSocket& socket,
                                                         const std::string& address);
  boost::asio::awaitable<void> welcome(http::WebSocket& socket, Admission admission,
                                       std::string address);
  boost::asio::awaitable<void> refuse(http::Exchange& exchange, Error error) const;
  void count_refusal(std::string_view reason, std::string_view address);
  void withdraw(InvitationId id);

  boost::asio::any_io_executor executor_;
  Parts parts_;
  Passes passes_;
  WaitingFor waiting_for_;
  Counts counts_;
  std::map<InvitationId, Invitation*> invitations_;
  InvitationId last_id_ = 0;
  /// Who has not said yet who he is, in the order of coming.
  std::list<Stranger*> strangers_;
  struct Current {
    Viewer* viewer = nullptr;
    InvitationId id = 0;
  } current_;
  bool is_closed_ = false;
};

}  // namespace lmbridge::live
