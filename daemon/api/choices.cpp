#include "api/choices.hpp"

#include <algorithm>

namespace lmbridge::api {

boost::asio::awaitable<void> Choices::wait(base::Condition::TimePoint deadline) {
  for (const auto& choice : choices_) deadline = std::min(deadline, choice.wake_at());
  return news_.wait_until(deadline);
}

void Choices::acknowledge() {
  for (auto& choice : choices_) choice.acknowledge();
}

std::size_t Choices::place() const {
  std::size_t place = 0;
  for (const auto& choice : choices_) place = std::max(place, choice.place());
  return place;
}

bool Choices::over() const {
  return error() != nullptr || std::ranges::all_of(choices_, &Choice::over);
}

const Error* Choices::error() const {
  for (const auto& choice : choices_) {
    if (const auto* error = choice.error()) return error;
  }
  return nullptr;
}

openai::Usage Choices::usage(const openai::ChatRequest& request) const {
  openai::Usage usage;
  for (const auto& choice : choices_) {
    const auto& site = choice.site_usage();
    if (site && usage.prompt_tokens == 0) usage.prompt_tokens = site->prompt_tokens;
    if (site) {
      usage.completion_tokens += site->completion_tokens;
    } else {
      usage.completion_tokens += choice.content_tokens() + choice.reasoning_tokens();
      usage.reasoning_tokens += choice.reasoning_tokens();
    }
  }
  if (usage.prompt_tokens == 0) {
    usage.prompt_tokens = openai::estimate_prompt_tokens(request.messages);
  }
  return usage;
}

}  // namespace lmbridge::api
