#include "api/answer_collector.hpp"
#include "api/chat_output.hpp"
#include "api/replies.hpp"
#include "openai/chunk_batch.hpp"

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

/// How long the status line is held back, so that a failure can still be one.
constexpr seconds open_after{10};
/// The silence after which a stream says that it is alive.
constexpr seconds keep_alive_after{15};

class ChunkContent final : public ContentSink {
 public:
  ChunkContent(const openai::ChunkWriter& chunks, std::string& out) : batch_(chunks, out) {}
  void literal(std::string_view literal) override { batch_.literal(literal); }
  void text(std::string_view text) override { batch_.text(text); }
  void finish() { batch_.finish(); }

 private:
  openai::ChunkBatch batch_;
};

http::Response stream_head() {
  return {.status = 200,
          .headers = {{"content-type", "text/event-stream; charset=utf-8"},
                      {"cache-control", "no-cache"},
                      {"x-accel-buffering", "no"}},
          .body = {}};
}

/// Opens the stream when there is something to say, or when the client has waited long enough.
class ChatStream {
 public:
  ChatStream(ChatOutput output, bridge::Answer& answer)
      : output_(output),
        answer_(answer),
        chunks_({.id = output.completion_id(),
                 .model = output.request.model,
                 .created = output.created(),
                 .include_usage = output.request.include_usage}),
        collector_(output.log),
        last_write_(steady_clock::now()) {}

  awaitable<void> run() {
    while (!answer_.over()) {
      const auto deadline = last_write_ + (is_open() ? keep_alive_after : open_after);
      co_await answer_.wait(deadline);
      collect();
      if (collector_.error()) break;
      const bool waited_long_enough = steady_clock::now() >= deadline;
      if (pending_.empty() && waited_long_enough && is_open()) {
        openai::ChunkWriter::keep_alive(pending_);
      }
      // With nothing to write this was the start of a long record, or nothing for the client.
      const bool has_news = !pending_.empty() || waited_long_enough;
      if (has_news && !write_now() && !co_await flush()) co_return;
      answer_.acknowledge();
    }
    co_await end();
  }

 private:
  [[nodiscard]] bool is_open() const { return output_.exchange.started(); }

  /// Makes chunks of all that has come.
  void collect() {
    ChunkContent content(chunks_, pending_);
    while (const auto event = answer_.next()) collector_.take(*event, content);
    content.finish();
  }

  /// Writes all that is pending, if the kernel takes it without waiting: the usual case, in which
  /// no coroutine has to be made.
  bool write_now() {
    if (!is_open()) return false;
    last_write_ = steady_clock::now();
    const bool written = output_.exchange.write_now(pending_);
    pending_.clear();
    return written;
  }

  /// Opens the stream if need be, with the role chunk in front of what is pending, and waits until
  /// all is written; false when the client is gone.
  awaitable<bool> flush() {
    if (!is_open()) {
      if (!co_await output_.exchange.start_stream(stream_head())) co_return false;
      std::string role;
      chunks_.role(role);
      pending_.insert(0, role);
      if (write_now()) co_return true;
    }
    const auto written = co_await output_.exchange.flush();
    last_write_ = steady_clock::now();
    co_return written.has_value();
  }

  awaitable<void> end() {
    if (collector_.error() && !is_open() && pending_.empty()) {
      co_await output_.exchange.respond(error_response(*collector_.error()));
      co_return;
    }
    if (collector_.error()) {
      openai::ChunkWriter::error(pending_, *collector_.error());
    } else {
      chunks_.finish(pending_, collector_.reason());
      chunks_.usage(pending_, collector_.usage(output_.request));
      openai::ChunkWriter::done(pending_);
    }
    if (!write_now() && !co_await flush()) co_return;
    if (!co_await output_.exchange.finish()) co_return;
    if (!collector_.error()) output_.log.succeed();
  }

  ChatOutput output_;
  bridge::Answer& answer_;
  openai::ChunkWriter chunks_;
  AnswerCollector collector_;
  std::string pending_;
  steady_clock::time_point last_write_;
};

}  // namespace

awaitable<void> stream_answer(ChatOutput output, bridge::Answer& answer) {
  ChatStream stream(output, answer);
  co_await stream.run();
}

}  // namespace lmbridge::api
