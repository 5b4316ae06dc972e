// How fast answers are decoded, from bytes to events. Aims, in the release preset: 200 MB/s of text
// in large records, 2 million small records a second.
#include "arena/answer_decoder.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::arena {
namespace {

/// What the page hands over at once.
constexpr std::size_t slice = 64UL * 1024;

std::string repeated(std::string_view text, std::size_t size) {
  std::string out;
  while (out.size() < size) out += text;
  return out;
}

/// Records of `literal_size` bytes of `text`, a stream of about 8 MB.
std::string stream_of(std::string_view text, std::size_t literal_size) {
  const auto record = "a0:\"" + repeated(text, literal_size) + "\"\n";
  return repeated(record, 8UL * 1024 * 1024);
}

void decode(benchmark::State& state, const std::string& stream) {
  const Markers markers;
  std::int64_t events = 0;
  for ([[maybe_unused]] auto _ : state) {  // NOLINT(clang-analyzer-deadcode.DeadStores)
    AnswerDecoder decoder({}, markers);
    for (std::size_t i = 0; i < stream.size(); i += slice) {
      decoder.feed(std::string_view(stream).substr(i, slice));
      while (const auto event = decoder.next()) {
        benchmark::DoNotOptimize(event->index());
        ++events;
      }
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
  state.SetItemsProcessed(events);
}

constexpr std::string_view english =
    "The quick brown fox jumps over the lazy dog, and then rests. ";
constexpr std::string_view chinese =
    "\xe4\xbb\x8a\xe5\xa4\xa9\xe5\xa4\xa9\xe6\xb0\x94\xe5\xbe\x88\xe5\xa5\xbd\xef\xbc\x8c";
constexpr std::string_view code = "  if (x == \\\"y\\\") {\\n\\treturn f(x)[0];\\n  }\\n";

void large_english_records(benchmark::State& state) {
  decode(state, stream_of(english, 8000));
}
void large_chinese_records(benchmark::State& state) {
  decode(state, stream_of(chinese, 8000));
}
void large_code_records(benchmark::State& state) {
  decode(state, stream_of(code, 8000));
}
void one_huge_record(benchmark::State& state) {
  decode(state, stream_of(english, 8UL * 1024 * 1024));
}
/// A token or two each, as most models stream.
void small_records(benchmark::State& state) {
  decode(state, stream_of(" word", 5));
}

BENCHMARK(large_english_records);
BENCHMARK(large_chinese_records);
BENCHMARK(large_code_records);
BENCHMARK(one_huge_record);
BENCHMARK(small_records);

}  // namespace
}  // namespace lmbridge::arena
