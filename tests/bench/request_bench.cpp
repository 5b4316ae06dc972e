// What the bridge adds to a request before the page gets it: from the client's body to the site's.
// Aim, in the release preset: 50 us for a chat of 20 messages.
#include "api/chat_messages.hpp"
#include "arena/payload.hpp"
#include "openai/chat_request.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace lmbridge {
namespace {

constexpr std::string_view question =
    "Could you look at the second function again? It returns the wrong value when the list is "
    "empty, and I would rather not wrap every call of it in a check of my own.";
constexpr std::string_view answer =
    "<think>An empty list never enters the loop, so the initial value comes back.</think>\\n\\n"
    "You are right. When the list is empty the loop does not run, and `total` keeps its initial "
    "value. Return early instead:\\n\\n```python\\ndef mean(values):\\n    if not values:\\n       "
    " "
    "return None\\n    return sum(values) / len(values)\\n```\\n\\nEverything that calls `mean` "
    "must then be ready for `None`; in your file those are **two** places.";

/// A system message and turns of question and answer, 20 messages together.
std::string body_of_chat() {
  std::string messages =
      R"({"role":"system","content":"You are a patient assistant who knows Python well."})";
  for (int i = 1; i < 20; ++i) {
    const bool asks = i % 2 == 1;
    messages += fmt::format(R"(,{{"role":"{}","content":"{}"}})", asks ? "user" : "assistant",
                            asks ? question : answer);
  }
  return fmt::format(R"({{"model":"m","stream":true,"temperature":0.7,"messages":[{}]}})",
                     messages);
}

/// The kernel's random numbers are asked for once, so that the system's speed is not measured.
class PreparedIds final : public base::IdSource {
 public:
  std::string uuid() override { return id_; }
  std::string token() override { return {}; }

 private:
  std::string id_ = base::RandomIds().uuid();
};

void prepare(benchmark::State& state, base::IdSource& ids) {
  const auto body = body_of_chat();
  const base::SystemClock clock;
  settings::Settings settings;
  settings.shaping.merge_system_messages = true;
  const arena::Endpoint endpoint = {.session_id = base::RandomIds().uuid(),
                                    .message_id = base::RandomIds().uuid()};
  for ([[maybe_unused]] auto _ : state) {  // NOLINT(clang-analyzer-deadcode.DeadStores)
    auto request = openai::parse_chat_request(body);
    const auto messages = api::to_arena_messages(*request, arena::ModelType::text, settings, ids);
    const auto payload = arena::build_payload(*messages, endpoint, request->model,
                                              arena::ModelType::text, ids, clock);
    benchmark::DoNotOptimize(payload.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void chat_of_20_messages(benchmark::State& state) {
  base::RandomIds ids;
  prepare(state, ids);
}
void chat_of_20_messages_without_random_ids(benchmark::State& state) {
  PreparedIds ids;
  prepare(state, ids);
}

BENCHMARK(chat_of_20_messages)->Unit(benchmark::kMicrosecond);
BENCHMARK(chat_of_20_messages_without_random_ids)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace lmbridge
