#include "api/chat_output.hpp"
#include "api/replies.hpp"
#include "base/text.hpp"
#include "openai/chunk_batch.hpp"
#include "openai/error_body.hpp"

#include <fmt/format.h>

#include <deque>
#include <utility>

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

http::Response stream_head() {
  return {.status = 200,
          .headers = {{"content-type", "text/event-stream; charset=utf-8"},
                      {"cache-control", "no-cache"},
                      {"x-accel-buffering", "no"}},
          .body = {}};
}

/// One choice's chunks.
struct Lane {
  Lane(const openai::ChunkWriter::Head& head, std::string& out)
      : chunks(head), batch(chunks, out) {}

  openai::ChunkWriter chunks;
  openai::ChunkBatch batch;
  bool finished = false;
};

/// Opens the stream when there is something to say, or when the client has waited long enough.
class ChatStream {
 public:
  explicit ChatStream(ChatOutput output)
      : output_(output), choices_(output.choices), last_write_(steady_clock::now()) {
    openai::ChunkWriter::Head head{.id = output.completion_id(),
                                   .model = output.request.model,
                                   .created = output.created(),
                                   .include_usage = output.request.include_usage};
    for (head.index = 0; head.index < choices_.size(); ++head.index) {
      lanes_.emplace_back(head, pending_);
    }
  }

  awaitable<void> run() {
    while (!choices_.over()) {
      const auto deadline = last_write_ + (is_open() ? keep_alive_after : open_after);
      co_await choices_.wait(deadline);
      collect();
      if (choices_.error() != nullptr) break;
      const bool waited_long_enough = steady_clock::now() >= deadline;
      if (pending_.empty() && waited_long_enough && is_open()) {
        openai::ChunkWriter::comment(pending_, "keep-alive");
      }
      // With nothing to write this was the start of a long record, or nothing for the client.
      const bool has_news = !pending_.empty() || waited_long_enough;
      if (has_news && !write_now() && !co_await flush()) co_return;
      choices_.acknowledge();
    }
    co_await end();
  }

 private:
  [[nodiscard]] bool is_open() const { return output_.exchange.started(); }

  /// Makes chunks of all that has come.
  void collect() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      auto& lane = lanes_[i];
      if (lane.finished) continue;
      auto& choice = choices_.at(i);
      choice.collect(lane.batch);
      lane.batch.finish();
      if (const auto retry = choice.take_retry()) say_retry(*retry, lane);
      if (choice.over() && !choice.error()) finish(lane, choice.reason());
    }
  }

  /// "2/10", or "2" where nothing but time limits the tries.
  static std::string number_of(const bridge::Retry& retry) {
    return retry.most == 0 ? fmt::to_string(retry.number)
                           : fmt::format("{}/{}", retry.number, retry.most);
  }

  /// A comment, which does not open the stream, or what the operator wants the client to read.
  void say_retry(const bridge::Retry& retry, const Lane& lane) {
    const auto text =
        fmt::format("retry {} in {} s: {}", number_of(retry),
                    std::chrono::duration<double>(retry.delay).count(), retry.reason.message);
    const bool is_empty = retry.reason.code == ErrorCode::empty_response;
    if (is_empty && output_.context.settings.empty_retry.show_to_client) {
      lane.chunks.content_text(pending_, fmt::format("[{}]\n\n", text));
    } else {
      openai::ChunkWriter::comment(is_open() ? pending_ : held_comments_, base::printable(text));
    }
  }

  void finish(Lane& lane, openai::FinishReason reason) {
    lane.chunks.finish(pending_, reason);
    lane.finished = true;
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

  /// Opens the stream if need be, with the role chunks in front of what is pending, and waits until
  /// all is written; false when the client is gone.
  awaitable<bool> flush() {
    if (!is_open()) {
      if (!co_await output_.exchange.start_stream(stream_head())) co_return false;
      std::string beginning = std::exchange(held_comments_, {});
      for (const auto& lane : lanes_) lane.chunks.role(beginning);
      pending_.insert(0, beginning);
      if (write_now()) co_return true;
    }
    const auto written = co_await output_.exchange.flush();
    last_write_ = steady_clock::now();
    co_return written.has_value();
  }

  awaitable<void> end() {
    const auto* error = choices_.error();
    if (error != nullptr && !is_open() && pending_.empty()) {
      co_await output_.exchange.respond(error_response(*error));
      co_return;
    }
    const bool as_text =
        output_.context.settings.stream_error_style == settings::StreamErrorStyle::content;
    if (error != nullptr && !as_text) {
      openai::ChunkWriter::error(pending_, *error);
    } else {
      if (error != nullptr) say_error(*error);
      lanes_.front().chunks.usage(pending_, choices_.usage(output_.request));
      openai::ChunkWriter::done(pending_);
    }
    if (!write_now() && !co_await flush()) co_return;
    if (!co_await output_.exchange.finish()) co_return;
    if (error == nullptr) output_.log.succeed();
  }

  /// The predecessor's form: the error as text of the answers that it ended.
  void say_error(const Error& error) {
    const auto described = openai::describe(error);
    const auto text =
        fmt::format("\n\n[LMArena Bridge Error]: {} ({})", described.message, described.code);
    for (auto& lane : lanes_) {
      if (lane.finished) continue;
      lane.chunks.content_text(pending_, text);
      finish(lane, openai::FinishReason::stop);
    }
  }

  ChatOutput output_;
  Choices& choices_;
  std::string pending_;
  /// Until the stream is open.
  std::string held_comments_;
  /// A deque, because batches refer to their neighbours.
  std::deque<Lane> lanes_;
  steady_clock::time_point last_write_;
};

}  // namespace

awaitable<void> stream_answer(ChatOutput output) {
  ChatStream stream(output);
  co_await stream.run();
}

}  // namespace lmbridge::api
