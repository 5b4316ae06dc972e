#include "cdp/connection.hpp"

#include "base/text.hpp"
#include "cdp/fields.hpp"
#include "cdp/protocol.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

/// How much of a message that makes no sense goes to the log.
constexpr std::size_t log_excerpt = 200;

/// Takes a call out of the table however its coroutine ends.
template <class Table>
class Registration {
 public:
  Registration(Table& table, std::int64_t id, typename Table::mapped_type pending)
      : table_(table), id_(id) {
    table_.emplace(id, pending);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { table_.erase(id_); }

 private:
  Table& table_;
  std::int64_t id_;
};

}  // namespace

Connection::Connection(const asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                       base::Log& log)
    : executor_(executor), transport_(std::move(transport)), log_(log), outbox_filled_(executor) {}

void Connection::subscribe(const std::string& session_id, EventSink& sink) {
  sinks_[session_id] = &sink;
}

void Connection::unsubscribe(const std::string& session_id) {
  sinks_.erase(session_id);
}

asio::awaitable<Result<json::object>> Connection::await_reply(std::int64_t id,
                                                              std::string session_id,
                                                              std::string_view method,
                                                              Duration timeout) {
  if (ended_) co_return std::unexpected(*ended_);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Pending pending{.session_id = std::move(session_id),
                  .arrived = base::Condition(executor_),
                  .reply = std::nullopt};
  const Registration registration(pending_, id, &pending);
  while (!pending.reply) {
    if (std::chrono::steady_clock::now() >= deadline) {
      co_return fail(
          ErrorCode::timed_out,
          fmt::format("the browser did not answer {} within {} ms", method,
                      std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count()));
    }
    co_await pending.arrived.wait_until(deadline);
  }
  if (!*pending.reply && pending.reply->error().code == ErrorCode::internal) {
    co_return fail(ErrorCode::internal, fmt::format("the browser refused {}: {}", method,
                                                    pending.reply->error().message));
  }
  co_return std::move(*pending.reply);
}

asio::awaitable<Error> Connection::read_loop() {
  for (;;) {
    auto message = co_await transport_->receive();
    if (!message) co_return std::move(message).error();
    dispatch(*message);
  }
}

asio::awaitable<void> Connection::write_loop() {
  std::string batch;
  for (;;) {
    while (outbox_.empty()) co_await outbox_filled_.wait();
    std::swap(batch, outbox_);
    // A failed write means that the browser is gone; the read loop finds out and says why.
    if (!co_await transport_->send(batch)) co_return;
    // A chat with large attachments must not keep its memory for ever.
    if (batch.capacity() > 1024UL * 1024) batch = {};
    batch.clear();
  }
}

void Connection::dispatch(std::string_view text) {
  ++counters_.messages;
  const auto message = reader_.read(text);
  if (!message) {
    ++counters_.unparsable;
    log_.warning(
        "the browser sent a message that makes no sense; it was skipped",
        {{"reason", message.error().message}, {"start", base::excerpt(text, log_excerpt)}});
    return;
  }
  if (message->id) {
    deliver_reply(*message);
    return;
  }
  deliver_event(*message);
}

void Connection::deliver_event(const Message& message) {
  const Fields params(*message.body);
  auto session_id = std::string(message.session_id);
  if (message.method == target::DetachedFromTarget::method) {
    // Comes on the session that attached, but is about the one that is gone.
    session_id = target::DetachedFromTarget::read(params).session_id;
    fail_session(session_id, Error{.code = ErrorCode::page_gone, .message = "the page was closed"});
  }
  const auto sink = sinks_.find(session_id);
  if (sink == sinks_.end() || !sink->second->on_event(message.method, params)) {
    ++counters_.dropped_events;
  }
}

void Connection::deliver_reply(const Message& message) {
  const auto found = pending_.find(*message.id);
  if (found == pending_.end()) {
    ++counters_.late_replies;
    if (!message.error_message.empty()) {
      log_.debug("the browser refused a command that nobody waits for",
                 {{"reason", message.error_message}});
    }
    return;
  }
  if (message.error_message.empty()) {
    // Copied out of the reader's memory, which the next message overwrites.
    found->second->reply = json::object(*message.body, json::storage_ptr());
  } else {
    found->second->reply = fail(ErrorCode::internal, std::string(message.error_message));
  }
  found->second->arrived.notify();
}

void Connection::fail_session(const std::string& session_id, const Error& reason) {
  for (auto& [id, pending] : pending_) {
    if (pending->session_id != session_id || pending->reply) continue;
    pending->reply = std::unexpected(reason);
    pending->arrived.notify();
  }
}

void Connection::fail_all(const Error& reason) {
  ended_ = reason;
  for (auto& [id, pending] : pending_) {
    if (pending->reply) continue;
    pending->reply = std::unexpected(reason);
    pending->arrived.notify();
  }
  for (const auto& [session_id, sink] : sinks_) sink->on_connection_ended();
}

}  // namespace lmbridge::cdp
