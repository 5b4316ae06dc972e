// Limits that leave the socket open, so that a client which is too slow can be told. (The timeout
// of the stream itself closes it; that is right where there is nothing left to say.)
#pragma once

#include "http/stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace lmbridge::http {

/// While it lives, reads and writes of `stream`, whose own timeout is off, fail with
/// operation_aborted once `limit` has passed. I/O thread only.
class StreamDeadline {
 public:
  StreamDeadline(Stream& stream, std::chrono::milliseconds limit)
      : state_(std::make_shared<State>(stream)) {
    cancel_after(state_, limit);
  }
  StreamDeadline(const StreamDeadline&) = delete;
  StreamDeadline& operator=(const StreamDeadline&) = delete;
  ~StreamDeadline() {
    state_->over = true;
    state_->timer.cancel();
  }

  [[nodiscard]] bool passed() const { return state_->passed; }

 private:
  struct State {
    explicit State(Stream& of) : stream(of), timer(of.get_executor()) {}
    Stream& stream;
    boost::asio::steady_timer timer;
    bool passed = false;
    bool over = false;
  };

  /// Shared with the timer's handler, which may be on its way when the deadline goes.
  static void cancel_after(const std::shared_ptr<State>& state, std::chrono::milliseconds delay) {
    state->timer.expires_after(delay);
    state->timer.async_wait([state](const boost::system::error_code&) {
      if (state->over) return;
      state->passed = true;
      state->stream.cancel();
      // Again, for a read that was just between two of its steps.
      cancel_after(state, std::chrono::milliseconds(10));
    });
  }

  std::shared_ptr<State> state_;
};

/// The same for a stream that is only read; turns its own timeout off.
class ReadDeadline : public StreamDeadline {
 public:
  ReadDeadline(Stream& stream, std::chrono::milliseconds limit)
      : StreamDeadline((stream.expires_never(), stream), limit) {}
};

}  // namespace lmbridge::http
