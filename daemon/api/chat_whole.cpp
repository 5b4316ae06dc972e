#include "api/answer_collector.hpp"
#include "api/chat_output.hpp"
#include "api/replies.hpp"
#include "openai/completion.hpp"

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;

namespace {

/// A whole answer is kept in memory; real ones are far smaller.
constexpr std::size_t whole_answer_limit = 64UL * 1024 * 1024;

class CompletionContent final : public ContentSink {
 public:
  explicit CompletionContent(openai::CompletionWriter& completion) : completion_(completion) {}
  void literal(std::string_view literal) override { completion_.content_literal(literal); }
  void text(std::string_view text) override { completion_.content_text(text); }

 private:
  openai::CompletionWriter& completion_;
};

Error too_large() {
  return {.code = ErrorCode::site_error,
          .message =
              "the answer is too large to be sent in one piece; ask for it with "
              "\"stream\": true"};
}

}  // namespace

asio::awaitable<void> respond_whole(ChatOutput output, bridge::Answer& answer) {
  openai::CompletionWriter completion(output.completion_id(), output.request.model,
                                      output.created());
  CompletionContent content(completion);
  AnswerCollector collector(output.log);
  while (!answer.over() && !collector.error()) {
    co_await answer.wait(base::Condition::TimePoint::max());
    while (const auto event = answer.next()) collector.take(*event, content);
    answer.acknowledge();
    if (completion.size() > whole_answer_limit)
      collector.take(arena::Failure{too_large()}, content);
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
