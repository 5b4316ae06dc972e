// Token counts: those of the site, or an estimate where it sends none.
#pragma once

#include "openai/chat_request.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lmbridge::openai {

struct Usage {
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
};

/// Appends `{"prompt_tokens":..,"completion_tokens":..,"total_tokens":..}`.
void append_usage(std::string& out, const Usage& usage);

/// Counts about as many tokens as common tokenizers make of a text that comes in pieces. Rules of
/// thumb, meant to be within a third of the truth for English, Chinese and code:
/// - a word is a token for every 6 letters begun, a number one for every 3 digits begun;
/// - a run of line breaks and the indentation behind it is a token, other blanks belong to words;
/// - a run of the same punctuation mark is a token for every 4 begun;
/// - a CJK character is a token, other characters beyond ASCII are one for every two of a word,
///   and what lies beyond the Basic Multilingual Plane (emoji) is two.
class TokenEstimate {
 public:
  /// Valid UTF-8; a piece may end inside a word but not inside a character.
  void add_text(std::string_view text);
  /// A valid JSON string literal with its quotes, counted as the text that it stands for.
  void add_literal(std::string_view literal);

  [[nodiscard]] std::uint64_t tokens() const { return tokens_; }

 private:
  enum class Run { none, word, foreign_word, number, punctuation, line_break, blank };

  void add(char32_t character);
  void extend(Run run, std::size_t per_token, std::size_t characters = 1);

  std::uint64_t tokens_ = 0;
  Run run_ = Run::none;
  /// Characters of the run's current token, and the mark that a run of punctuation repeats.
  std::size_t length_ = 0;
  char32_t mark_ = 0;
};

/// The estimate for a whole conversation: its texts, and what chat formats add around messages.
std::uint64_t estimate_prompt_tokens(std::span<const ChatMessage> messages);

}  // namespace lmbridge::openai
