// Runs an AnswerDecoder over a stream that was cut somehow and writes down what it said, so that
// tests compare texts.
#pragma once

#include "arena/answer_decoder.hpp"
#include "arena/json_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

inline std::string describe(const AnswerEvent& event) {
  struct Describer {
    std::string operator()(const TextDelta& delta) const {
      return "text " + decode_json_literal(delta.literal);
    }
    std::string operator()(const ReasoningDelta& delta) const {
      return "reasoning " + decode_json_literal(delta.literal);
    }
    std::string operator()(const Image& image) const { return "image " + image.url; }
    std::string operator()(const Citation& citation) const {
      return fmt::format("citation {} <{}>", citation.title, citation.url);
    }
    std::string operator()(const Finish& finish) const {
      auto text = fmt::format("finish {}", static_cast<int>(finish.reason));
      if (finish.usage) {
        text += fmt::format(" {}+{}", finish.usage->prompt_tokens, finish.usage->completion_tokens);
      }
      return text;
    }
    std::string operator()(const Failure& failure) const {
      return fmt::format("failure {}", base::name(failure.error.code));
    }
    std::string operator()(const Heartbeat&) const { return "heartbeat"; }
  };
  return std::visit(Describer(), event);
}

inline void pull(AnswerDecoder& decoder, std::vector<std::string>& events) {
  while (const auto event = decoder.next()) events.push_back(describe(*event));
}

/// The events of `stream` fed in pieces that end at `cuts` (ascending).
inline std::vector<std::string> transcript(AnswerDecoder& decoder, std::string_view stream,
                                           std::span<const std::size_t> cuts = {}) {
  std::vector<std::string> events;
  std::size_t start = 0;
  for (const auto cut : cuts) {
    decoder.feed(stream.substr(start, cut - start));
    pull(decoder, events);
    start = cut;
  }
  decoder.feed(stream.substr(start));
  decoder.finish();
  pull(decoder, events);
  return events;
}

inline std::vector<std::string> transcript(std::string_view stream,
                                           const AnswerDecoder::Options& options = {}) {
  static const Markers markers;
  AnswerDecoder decoder(options, markers);
  return transcript(decoder, stream);
}

}  // namespace lmbridge::arena
