// One DevTools connection: commands with replies, events to whoever subscribed to their session.
#pragma once

#include "base/condition.hpp"
#include "base/log.hpp"
#include "cdp/fields.hpp"
#include "cdp/message.hpp"
#include "cdp/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace lmbridge::cdp {

using Duration = std::chrono::steady_clock::duration;

/// Takes the events of one session. Called on the I/O thread from the read loop: an implementation
/// stores or routes and returns, it never waits.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// False when the event is of no interest; it is dropped and counted. `params` lives for the
  /// call.
  virtual bool on_event(std::string_view method, const Fields& params) = 0;
  /// The browser is gone: no more events come.
  virtual void on_connection_ended() {}
};

/// I/O thread only. The owner runs read_loop() and write_loop() in a TaskGroup.
class Connection {
 public:
  Connection(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
             base::Log& log);

  /// Sends a command and waits for its reply. Errors: the browser's own refusal (internal), no
  /// reply within `timeout` (timed_out), or the reason given to fail_all().
  template <class Command>
  boost::asio::awaitable<Result<typename Command::Reply>> call(const std::string& session_id,
                                                               Command command, Duration timeout) {
    const auto id = write(session_id, command);
    auto reply = co_await await_reply(id, session_id, Command::method, timeout);
    if (!reply) co_return std::unexpected(std::move(reply).error());
    co_return Command::Reply::read(Fields(*reply));
  }

  /// Sends a command whose reply nobody waits for; a refusal is logged at debug.
  template <class Command>
  void post(const std::string& session_id, const Command& command) {
    write(session_id, command);
  }

  /// Events of `session_id` ("" = the browser) go to `sink` until unsubscribe().
  void subscribe(const std::string& session_id, EventSink& sink);
  void unsubscribe(const std::string& session_id);

  /// Every call of `session_id` that waits fails with `reason`; for a renderer that died.
  void fail_session(const std::string& session_id, const Error& reason);

  /// Every call that waits and every later one fails with `reason`.
  void fail_all(const Error& reason);

  /// Reads until the stream ends; says why it ended.
  boost::asio::awaitable<Error> read_loop();

  /// Writes until the stream ends or the task is cancelled.
  boost::asio::awaitable<void> write_loop();

  void close() { transport_->close(); }

  struct Counters {
    std::uint64_t messages = 0;
    std::uint64_t dropped_events = 0;
    std::uint64_t unparsable = 0;
    std::uint64_t late_replies = 0;
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Pending {
    std::string session_id;
    base::Condition arrived;
    std::optional<Result<boost::json::object>> reply;
  };

  template <class Command>
  std::int64_t write(const std::string& session_id, const Command& command) {
    begin_command(outbox_, ++last_id_, session_id, Command::method);
    command.append_parameters(outbox_);
    finish_command(outbox_);
    outbox_filled_.notify();
    return last_id_;
  }

  boost::asio::awaitable<Result<boost::json::object>> await_reply(std::int64_t id,
                                                                  std::string session_id,
                                                                  std::string_view method,
                                                                  Duration timeout);
  void dispatch(std::string_view text);
  void deliver_reply(const Message& message);
  void deliver_event(const Message& message);

  boost::asio::any_io_executor executor_;
  std::unique_ptr<Transport> transport_;
  base::Log& log_;
  MessageReader reader_;
  std::int64_t last_id_ = 0;
  std::string outbox_;
  base::Condition outbox_filled_;
  std::unordered_map<std::int64_t, Pending*> pending_;
  std::unordered_map<std::string, EventSink*> sinks_;
  std::optional<Error> ended_;
  Counters counters_;
};

}  // namespace lmbridge::cdp
