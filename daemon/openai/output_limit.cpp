#include "openai/output_limit.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace lmbridge::openai {

OutputLimit::OutputLimit(std::optional<std::uint64_t> max_tokens, std::vector<std::string> stop)
    : max_tokens_(max_tokens), stop_(std::move(stop)) {}

std::string_view OutputLimit::take(std::string_view text) {
  text_.erase(0, std::exchange(returned_, 0));
  if (reached_) return {};
  text_ += text;
  auto end = std::string::npos;
  for (const auto& sequence : stop_) end = std::min(end, text_.find(sequence));
  if (end != std::string::npos) {
    reached_ = FinishReason::stop;
  } else {
    end = text_.size() - undecided();
  }
  returned_ = end;
  return cut_to_tokens(std::string_view(text_).substr(0, end));
}

std::string_view OutputLimit::rest() {
  text_.erase(0, std::exchange(returned_, 0));
  if (reached_) return {};
  returned_ = text_.size();
  return cut_to_tokens(text_);
}

/// How many bytes at the end of the text may be the start of a stop sequence.
std::size_t OutputLimit::undecided() const {
  const std::string_view text = text_;
  std::size_t longest = 0;
  for (const std::string_view sequence : stop_) {
    for (auto length = std::min(sequence.size() - 1, text.size()); length > longest; --length) {
      if (text.ends_with(sequence.substr(0, length))) longest = length;
    }
  }
  return longest;
}

std::string_view OutputLimit::cut_to_tokens(std::string_view text) {
  if (!max_tokens_) return text;
  auto counted = counted_;
  counted.add_text(text);
  if (counted.tokens() <= *max_tokens_) {
    counted_ = counted;
    return text;
  }
  // Ends in the first character that begins a token too many.
  std::size_t end = 0;
  while (end < text.size()) {
    const auto length = std::max<std::size_t>(base::utf8_sequence_length(text.substr(end)), 1);
    counted_.add_text(text.substr(end, length));
    if (counted_.tokens() > *max_tokens_) break;
    end += length;
  }
  // A stop sequence that stands behind the cut was not reached.
  reached_ = FinishReason::length;
  return text.substr(0, end);
}

}  // namespace lmbridge::openai
