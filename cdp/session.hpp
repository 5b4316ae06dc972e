// A session of its own on a target that somebody else keeps: for tools that look at a page for a
// while. For the page that the daemon works in see Page.
#pragma once

#include "cdp/connection.hpp"
#include "cdp/protocol.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
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

  /// See Connection::call(). While the browser puts one document into another's place it refuses
  /// what concerns the page as a whole; such a command is given again until `timeout` is over.
  template <class Command>
  boost::asio::awaitable<Result<typename Command::Reply>> call(Command command, Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
      auto reply = co_await connection_.call(id_, command, timeout);
      timeout = deadline - std::chrono::steady_clock::now();
      const bool is_final =
          reply || !is_between_documents(reply.error()) || timeout <= between_tries;
      if (is_final) co_return reply;
      co_await pause();
      timeout -= between_tries;
    }
  }
  template <class Command>
  void post(const Command& command) {
    connection_.post(id_, command);
  }

  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  /// No event tells that the new document is in place; it takes some milliseconds.
  static constexpr auto between_tries = std::chrono::milliseconds(10);
  static bool is_between_documents(const Error& refusal);
  static boost::asio::awaitable<void> pause();

  Connection& connection_;
  std::string id_;
};

}  // namespace lmbridge::cdp
