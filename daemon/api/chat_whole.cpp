#include "api/chat_output.hpp"
#include "api/replies.hpp"
#include "openai/completion.hpp"

#include <numeric>
#include <vector>

namespace lmbridge::api {
namespace asio = boost::asio;

namespace {

/// Whole answers are kept in memory; real ones are far smaller.
constexpr std::size_t whole_answer_limit = 64UL * 1024 * 1024;

Error too_large() {
  return {.code = ErrorCode::site_error,
          .message =
              "the answer is too large to be sent in one piece; ask for it with "
              "\"stream\": true"};
}

std::size_t total_size(const std::vector<openai::CompletionChoice>& choices) {
  return std::accumulate(
      choices.begin(), choices.end(), 0UL,
      [](std::size_t sum, const openai::CompletionChoice& each) { return sum + each.size(); });
}

/// Collects until all answers are complete; the error of the one that failed.
asio::awaitable<Result<void>> collect(Choices& answers,
                                      std::vector<openai::CompletionChoice>& choices) {
  while (!answers.over()) {
    co_await answers.wait(base::Condition::TimePoint::max());
    for (std::size_t i = 0; i < choices.size(); ++i) answers.at(i).collect(choices[i]);
    answers.acknowledge();
    if (total_size(choices) > whole_answer_limit) co_return std::unexpected(too_large());
  }
  if (const auto* error = answers.error()) co_return std::unexpected(*error);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    choices[i].set_finish_reason(answers.at(i).reason());
  }
  co_return Result<void>();
}

}  // namespace

asio::awaitable<void> respond_whole(ChatOutput output) {
  std::vector<openai::CompletionChoice> choices(output.choices.size());
  const auto collected = co_await collect(output.choices, choices);
  if (!collected) {
    output.log.fail(collected.error());
    co_await output.exchange.respond(error_response(collected.error()));
    co_return;
  }
  auto body =
      openai::completion_body(output.completion_id(), output.request.model, output.created(),
                              choices, output.choices.usage(output.request));
  if (co_await output.exchange.respond(http::json_response(200, std::move(body)))) {
    output.log.succeed();
  }
}

}  // namespace lmbridge::api
