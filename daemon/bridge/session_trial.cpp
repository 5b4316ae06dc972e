#include "bridge/session_trial.hpp"

#include "arena/json_literal.hpp"
#include "bridge/retrying_answer.hpp"
#include "bridge/site_order.hpp"

#include <array>
#include <utility>
#include <variant>

namespace lmbridge::bridge {
using boost::asio::awaitable;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::string_view tiny_question = "Reply with the single word OK.";
/// As much of the answer as is shown.
constexpr std::size_t shown_bytes = 200;

class TrialQuestion final : public Question {
 public:
  TrialQuestion(const TrialParts& parts, const std::string& model, const arena::PoolEntry& session)
      : parts_(parts), model_(parts.settings.models.find(model)), session_(session) {}

  Result<Order> order() override {
    const std::array messages{arena::Message{.content = std::string(tiny_question)}};
    const auto type =
        session_.type.value_or(model_ == nullptr ? arena::ModelType::text : model_->type);
    return site_order(parts_.settings.site, session_.endpoint,
                      arena::build_payload(messages, session_.endpoint,
                                           model_ == nullptr ? std::nullopt : model_->id, type,
                                           parts_.ids, parts_.clock));
  }
  [[nodiscard]] arena::AnswerDecoder::Options decoder() const override {
    return {.mode = session_.endpoint.mode, .battle_target = session_.endpoint.battle_target};
  }
  /// There is no other session to try.
  std::optional<milliseconds> note_failure(const Error& error) override {
    parts_.refusals.note_failure(session_.endpoint, error.code);
    return std::nullopt;
  }
  void note_answer() override { parts_.refusals.note_answer(session_.endpoint); }
  void release() override {}

 private:
  const TrialParts& parts_;
  const arena::Model* model_;
  const arena::PoolEntry& session_;
};

/// What has come so far.
struct Heard {
  std::string text;
  std::optional<Error> failure;

  void take(const arena::AnswerEvent& event) {
    if (const auto* piece = std::get_if<arena::TextDelta>(&event)) {
      if (text.size() < shown_bytes) text += arena::decode_json_literal(piece->literal);
    } else if (std::holds_alternative<arena::Image>(event)) {
      text += "(a picture)";
    } else if (const auto* failed = std::get_if<arena::Failure>(&event)) {
      failure = failed->error;
    }
  }
};

RetryingAnswer::Options options_for(const settings::Settings& settings, milliseconds limit) {
  auto options = answer_options(settings);
  options.time_limit = limit;
  return options;
}

}  // namespace

awaitable<Result<TrialAnswer>> try_session(TrialParts parts, std::string model,
                                           arena::PoolEntry session, milliseconds limit) {
  const auto begun = steady_clock::now();
  base::Condition news(parts.executor);
  TrialQuestion question(parts, model, session);
  RetryingAnswer answer(parts.admission, question, news,
                        {.caller = "lmbridgectl", .request_id = "trial_" + parts.ids.token()},
                        options_for(parts.settings, limit), parts.settings.site.markers);
  Heard heard;
  while (!answer.over()) {
    co_await news.wait_until(answer.wake_at());
    while (auto event = answer.next()) {
      if (std::holds_alternative<Retry>(*event)) {
        heard = {};
      } else {
        heard.take(std::get<arena::AnswerEvent>(*event));
      }
    }
    answer.acknowledge();
  }
  if (heard.failure) co_return std::unexpected(*std::move(heard.failure));
  co_return TrialAnswer{
      .text = std::move(heard.text),
      .took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun)};
}

}  // namespace lmbridge::bridge
