// However a byte stream is split, the decoder gives the same messages or the same error.
// Input: one byte that chooses the limit, one that seeds the splits, then the stream.

#include "cdp/framing.hpp"
#include "tests/fuzz/check.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using lmbridge::cdp::FrameDecoder;

struct Outcome {
  std::vector<std::string> messages;
  bool refused = false;
  bool operator==(const Outcome&) const = default;
};

/// What the framing is by definition.
Outcome expected(std::string_view stream, std::size_t limit) {
  Outcome outcome;
  while (!stream.empty()) {
    const auto end = stream.find('\0');
    const auto length = end == std::string_view::npos ? stream.size() : end;
    outcome.refused = length > limit;
    if (outcome.refused || end == std::string_view::npos) break;
    outcome.messages.emplace_back(stream.substr(0, end));
    stream.remove_prefix(end + 1);
  }
  return outcome;
}

/// Pieces of pseudo-random lengths that `seed` determines.
Outcome decode(std::string_view stream, std::size_t limit, std::uint32_t seed) {
  FrameDecoder decoder(limit);
  Outcome outcome;
  while (!stream.empty() && !outcome.refused) {
    seed = seed * 1664525U + 1013904223U;
    const auto size =
        std::min<std::size_t>(1 + (seed >> 16U) % (1U << ((seed >> 8U) % 12U)), stream.size());
    const auto room = decoder.prepare(size);
    lmbridge::fuzz::check(room.size() >= size, "prepare() gives the room that was asked for");
    std::memcpy(room.data(), stream.data(), size);
    decoder.commit(size);
    stream.remove_prefix(size);
    for (;;) {
      const auto message = decoder.next();
      outcome.refused = !message;
      if (!message || !*message) break;
      outcome.messages.emplace_back(**message);
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t limit = data[0] % 2 == 0 ? 1'000'000 : data[0];
  const std::string stream(data + 2, data + size);
  const auto wanted = expected(stream, limit);
  for (std::uint32_t i = 0; i < 4; ++i) {
    lmbridge::fuzz::check(decode(stream, limit, data[1] + i * 257) == wanted,
                          "any split gives the same messages");
  }
  return 0;
}
