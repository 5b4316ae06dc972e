// Any bytes as an answer of the site. The first bytes choose mode and cuts, the rest is the stream.
// Holds when nothing crashes, pieces mean the same as the whole, what is called a JSON string is
// one, and nothing comes after a failure.
#include "arena/answer_decoder.hpp"
#include "arena/json_literal.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string checked(std::string_view literal) {
  boost::system::error_code error;
  const auto value = boost::json::parse(literal, error);
  require(!error && value.is_string());
  require(value.get_string() == decode_json_literal(literal));
  return std::string(literal);
}

std::string describe(const AnswerEvent& event) {
  struct Describer {
    std::string operator()(const TextDelta& delta) const { return checked(delta.literal); }
    std::string operator()(const ReasoningDelta& delta) const { return checked(delta.literal); }
    std::string operator()(const Image& image) const { return image.url; }
    std::string operator()(const Citation& citation) const { return citation.title + citation.url; }
    std::string operator()(const Finish& finish) const {
      return fmt::format("{} {}", static_cast<int>(finish.reason), finish.usage.has_value());
    }
    std::string operator()(const Failure& failure) const { return failure.error.message; }
    std::string operator()(const Heartbeat&) const { return {}; }
  };
  return fmt::format("{} {}", event.index(), std::visit(Describer(), event));
}

void pull(AnswerDecoder& decoder, std::vector<std::string>& events) {
  while (const auto event = decoder.next()) {
    require(events.empty() || !events.back().starts_with("5 "));
    events.push_back(describe(*event));
  }
}

/// `cuts` are the lengths of the pieces, used in turn; 0 is a piece of nothing.
std::vector<std::string> decode(std::string_view stream, std::string_view cuts,
                                const AnswerDecoder::Options& options) {
  static const Markers markers;
  AnswerDecoder decoder(options, markers);
  std::vector<std::string> events;
  for (std::size_t turn = 0; !stream.empty() && !cuts.empty(); ++turn) {
    const auto length = static_cast<std::uint8_t>(cuts[turn % cuts.size()]) % 64U;
    const bool stuck = length == 0 && turn % cuts.size() == 0;
    const auto piece = stream.substr(0, stuck ? 1 : length);
    decoder.feed(piece);
    pull(decoder, events);
    stream.remove_prefix(piece.size());
  }
  decoder.feed(stream);
  decoder.finish();
  pull(decoder, events);
  events.push_back(fmt::format("{} {} {}", decoder.has_content(), decoder.finished(),
                               decoder.skipped().other_lines));
  events.push_back(decoder.sample());
  events.push_back(classify_response({.status = 200, .body = decoder.sample()}, markers).message);
  return events;
}

}  // namespace
}  // namespace lmbridge::arena

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lmbridge::arena;
  constexpr std::size_t head = 5;
  if (size < head) return 0;
  // libFuzzer gives bytes; the decoder reads text, which may alias them.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cuts = input.substr(1, head - 1);
  const auto stream = input.substr(head);
  const AnswerDecoder::Options options = {
      .mode = data[0] % 2 == 0 ? Mode::direct_chat : Mode::battle,
      .battle_target = data[0] % 4 < 2 ? 'a' : 'b',
      .max_line = data[0] % 8 < 4 ? RecordDecoder::default_max_line : 64};
  require(decode(stream, {}, options) == decode(stream, cuts, options));
  return 0;
}
