// A session of its own on a target that somebody else keeps: for tools that look at a page for a
// while. For the page that the daemon works in see Page.
#pragma once

#include "cdp/connection.hpp"
#include "cdp/protocol.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace lmbridge::cdp {

/// I/O thread only. The connection and the sink outlive it. When it goes the browser ends all that
/// was switched on through it.
class Session {
 public:
  /// On the page `target_id`, or on the browser itself for "". Its events go to `sink`.
  static boost::asio::awaitable<Result<std::unique_ptr<Session>>> attach(Connection& connection,
                                                                         std::string target_id,
                                                                         EventSink& sink,
                                                                         Duration timeout);

  /// Takes over a session that exists.
  Session(Connection& connection, std::string id, EventSink& sink);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// See Connection::call().
  template <class Command>
  boost::asio::awaitable<Result<typename Command::Reply>> call(Command command, Duration timeout) {
    return connection_.call(id_, std::move(command), timeout);
  }
  template <class Command>
  void post(const Command& command) {
    connection_.post(id_, command);
  }

  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  Connection& connection_;
  std::string id_;
};

}  // namespace lmbridge::cdp
