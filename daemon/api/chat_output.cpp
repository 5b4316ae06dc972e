#include "api/chat_output.hpp"

#include "api/replies.hpp"
#include "base/text.hpp"
#include "openai/chunks.hpp"
#include "openai/completion.hpp"
#include "openai/usage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

/// How long the status line is held back, so that a failure can still be one.
constexpr seconds open_after{10};
/// The silence after which a stream says that it is alive.
constexpr seconds keep_alive_after{15};
/// A whole answer is kept in memory; real ones are far smaller.
constexpr std::size_t whole_answer_limit = 64UL * 1024 * 1024;

openai::FinishReason to_openai(arena::FinishReason reason) {
  switch (reason) {
    case arena::FinishReason::length:
      return openai::FinishReason::length;
    case arena::FinishReason::content_filter:
      return openai::FinishReason::content_filter;
    case arena::FinishReason::tool_calls:
      return openai::FinishReason::tool_calls;
    default:
      return openai::FinishReason::stop;
  }
}

std::string markdown(const arena::Image& image) {
  return fmt::format("![image]({})", image.url);
}

/// The counts of the site, else an estimate over what passes by.
class UsageCounter {
 public:
  void add_literal(std::string_view literal) { completion_.add_literal(literal); }
  void set(const arena::Usage& usage) { usage_ = usage; }

  [[nodiscard]] openai::Usage total(const openai::ChatRequest& request) const {
    if (usage_) {
      return {.prompt_tokens = usage_->prompt_tokens,
              .completion_tokens = usage_->completion_tokens};
    }
    return {.prompt_tokens = openai::estimate_prompt_tokens(request.messages),
            .completion_tokens = completion_.tokens()};
  }

 private:
  openai::TokenEstimate completion_;
  std::optional<arena::Usage> usage_;
};

/// A chat answer in progress: takes events, writes them through Writer (ChunkWriter with its
/// output, or CompletionWriter), remembers how it ended.
class Collector {
 public:
  explicit Collector(RequestLog& log) : log_(log) {}

  template <class Content>
  void take(const arena::AnswerEvent& event, Content& content) {
    if (const auto* text = std::get_if<arena::TextDelta>(&event)) {
      log_.count_piece();
      usage_.add_literal(text->literal);
      content.literal(text->literal);
    } else if (const auto* image = std::get_if<arena::Image>(&event)) {
      log_.count_piece();
      content.text(markdown(*image));
    } else if (const auto* finish = std::get_if<arena::Finish>(&event)) {
      reason_ = to_openai(finish->reason);
      if (finish->usage) usage_.set(*finish->usage);
    } else if (const auto* failure = std::get_if<arena::Failure>(&event)) {
      error_ = failure->error;
      log_.fail(*error_);
    }
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] openai::FinishReason reason() const { return reason_; }
  [[nodiscard]] openai::Usage usage(const openai::ChatRequest& request) const {
    return usage_.total(request);
  }

 private:
  RequestLog& log_;
  UsageCounter usage_;
  openai::FinishReason reason_ = openai::FinishReason::stop;
  std::optional<Error> error_;
};

/// Writes what has come in one turn as chunks. Each piece is one, but a client to whom hundreds
/// come at once gains nothing from that: two hundred bytes of frame around each word would be most
/// of what it has to read. What is beyond that is joined into larger chunks.
class ChunkContent {
 public:
  ChunkContent(const openai::ChunkWriter& chunks, std::string& out) : chunks_(chunks), out_(out) {}

  void literal(std::string_view literal) {
    if (++count_ <= chunks_a_turn) {
      chunks_.content_literal(out_, literal);
      return;
    }
    // JSON strings join by their insides.
    joined_ += joined_.empty() ? literal.substr(0, literal.size() - 1)
                               : literal.substr(1, literal.size() - 2);
    if (joined_.size() > joined_limit) finish();
  }

  void text(std::string_view text) {
    finish();
    chunks_.content_text(out_, text);
  }

  /// Writes what is still joined.
  void finish() {
    if (joined_.empty()) return;
    joined_ += '"';
    chunks_.content_literal(out_, joined_);
    joined_.clear();
  }

 private:
  static constexpr int chunks_a_turn = 256;
  static constexpr std::size_t joined_limit = 16UL * 1024;

  const openai::ChunkWriter& chunks_;
  std::string& out_;
  std::string joined_;
  int count_ = 0;
};

struct WholeContent {
  openai::CompletionWriter& completion;
  void literal(std::string_view literal) { completion.content_literal(literal); }
  void text(std::string_view text) { completion.content_text(text); }
};

http::Response stream_head() {
  return {.status = 200,
          .headers = {{"content-type", "text/event-stream; charset=utf-8"},
                      {"cache-control", "no-cache"},
                      {"x-accel-buffering", "no"}},
          .body = {}};
}

std::string completion_id(const http::Request& request) {
  // One id to look for in the log and in the client.
  return "chatcmpl-" + request.id.substr(request.id.find('_') + 1);
}

/// Opens the stream when there is something to say, or when the client has waited long enough.
class ChatStream {
 public:
  ChatStream(ChatOutput output, bridge::Answer& answer)
      : output_(output),
        answer_(answer),
        chunks_({.id = completion_id(output.exchange.request()),
                 .model = output.request.model,
                 .created = base::unix_seconds(output.context.clock.wall_now()),
                 .include_usage = output.request.include_usage}),
        collector_(output.log) {}

  awaitable<void> run() {
    last_write_ = steady_clock::now();
    while (!answer_.over()) {
      const auto deadline =
          last_write_ + (output_.exchange.started() ? keep_alive_after : open_after);
      co_await answer_.wait(deadline);
      ChunkContent content(chunks_, pending_);
      while (const auto event = answer_.next()) collector_.take(*event, content);
      content.finish();
      if (collector_.error()) break;
      if (pending_.empty() && steady_clock::now() < deadline) {
        // The start of a long record, or nothing for the client: the page may read on.
        answer_.acknowledge();
        continue;
      }
      if (pending_.empty() && output_.exchange.started()) {
        openai::ChunkWriter::keep_alive(pending_);
      }
      if (!write_now() && !co_await flush()) co_return;
      answer_.acknowledge();
    }
    co_await end();
  }

 private:
  /// Writes all that is pending, if the kernel takes it without waiting: the usual case, in which
  /// no coroutine has to be made.
  bool write_now() {
    if (!output_.exchange.started()) return false;
    last_write_ = steady_clock::now();
    const bool written = output_.exchange.write_now(pending_);
    pending_.clear();
    return written;
  }

  /// Opens the stream if need be, with the role chunk in front of what is pending, and waits until
  /// all is written; false when the client is gone.
  awaitable<bool> flush() {
    if (!output_.exchange.started()) {
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
    if (collector_.error() && !output_.exchange.started() && pending_.empty()) {
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
  Collector collector_;
  std::string pending_;
  steady_clock::time_point last_write_;
};

}  // namespace

RequestLog::RequestLog(base::Log& log, const http::Exchange& exchange,
                       const openai::ChatRequest& request)
    : log_(log),
      exchange_(exchange),
      id_(exchange.request().id),
      model_(request.model),
      stream_(request.stream) {
  if (!request.ignored.empty()) {
    log_.debug("request fields without effect",
               {{"id", id_}, {"fields", fmt::format("{}", fmt::join(request.ignored, ","))}});
  }
}

void RequestLog::count_piece() {
  ++pieces_;
  if (!first_piece_) first_piece_ = steady_clock::now();
}

std::string_view RequestLog::outcome() const {
  if (succeeded_) return "a chat was answered";
  return exchange_.client_left() ? "a chat ended because its client left"
                                 : "a chat was cut because its client did not take it in time";
}

RequestLog::~RequestLog() {
  const auto since_begin = [this](steady_clock::time_point time) {
    return std::chrono::duration_cast<milliseconds>(time - begun_).count();
  };
  const auto first = first_piece_ ? since_begin(*first_piece_) : -1;
  const auto total = since_begin(steady_clock::now());
  if (error_) {
    log_.warning("a chat failed", {{"id", id_},
                                   {"model", base::excerpt(model_, 100)},
                                   {"code", base::name(error_->code)},
                                   {"reason", base::describe_chain(*error_)},
                                   {"pieces", pieces_},
                                   {"total_ms", total}});
    return;
  }
  log_.info(outcome(), {{"id", id_},
                        {"model", base::excerpt(model_, 100)},
                        {"stream", stream_},
                        {"pieces", pieces_},
                        {"first_piece_ms", first},
                        {"total_ms", total}});
}

awaitable<void> stream_answer(ChatOutput output, bridge::Answer& answer) {
  ChatStream stream(output, answer);
  co_await stream.run();
}

awaitable<void> respond_whole(ChatOutput output, bridge::Answer& answer) {
  openai::CompletionWriter completion(completion_id(output.exchange.request()),
                                      output.request.model,
                                      base::unix_seconds(output.context.clock.wall_now()));
  Collector collector(output.log);
  while (!answer.over()) {
    co_await answer.wait(base::Condition::TimePoint::max());
    WholeContent content{.completion = completion};
    while (const auto event = answer.next()) collector.take(*event, content);
    answer.acknowledge();
    if (completion.size() > whole_answer_limit) {
      collector.take(arena::Failure{{.code = ErrorCode::site_error,
                                     .message = "the answer is too large to be sent in one piece; "
                                                "ask for it with \"stream\": true"}},
                     content);
      break;
    }
  }
  if (collector.error()) {
    co_await output.exchange.respond(error_response(*collector.error()));
    co_return;
  }
  auto body = std::move(completion).finish(collector.reason(), collector.usage(output.request));
  if (co_await output.exchange.respond(http::json_response(200, std::move(body)))) {
    output.log.succeed();
  }
}

}  // namespace lmbridge::api
