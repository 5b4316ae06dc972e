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
  /// How many of the completion's were spent on thinking; an estimate.
  std::uint64_t reasoning_tokens = 0;
};

/// Appends `{"prompt_tokens":..,"completion_tokens":..,"total_tokens":..}`, and where there was
/// reasoning `"completion_tokens_details":{"reasoning_tokens":..}`.
void append_usage(std::string& out, const Usage& usage);

/// Counts about as many tokens as common tokenizers make of a text that comes in pieces: within a
/// quarter of OpenAI's o200k_base for English, Chinese and program code, and not far off for other
/// languages, JSON and Markdown (a test compares them). Rules of thumb instead of a vocabulary:
/// - a word of Latin letters is a token for every 9 letters begun; a capital behind a small letter
///   begins a new word, and one punctuation mark directly in front of a word belongs to it;
/// - digits are a token for every 3 begun, and a blank in front of them is one more;
/// - punctuation is a token for every 3 marks begun; more than 3 of the same in a row are free;
/// - line breaks are one token a run, none behind punctuation or blanks; the indentation behind
///   them is one, other blanks belong to what follows;
/// - a CJK character is 17/20 of a token, a kana 15/20;
/// - other words beyond ASCII are a token for every 4 characters begun, symbols are one each;
/// - what lies beyond the Basic Multilingual Plane (emoji) is one and a half.
class TokenEstimate {
 public:
  /// Valid UTF-8; a piece may end inside a word but not inside a character.
  void add_text(std::string_view text);
  /// A valid JSON string literal with its quotes, counted as the text that it stands for.
  void add_literal(std::string_view literal);

  [[nodiscard]] std::uint64_t tokens() const {
    return (parts_ + parts_per_token - 1) / parts_per_token;
  }

 private:
  enum class Run { none, word, foreign_word, number, punctuation, line_break, blank };

  static constexpr std::uint64_t parts_per_token = 20;

  void add(char32_t character);
  void add_letter(char letter);
  void add_mark(char32_t mark);
  void add_blank();
  void add_beyond_ascii(char32_t character);
  /// One more character of a run that is a token for every `per_token` begun.
  void extend(Run run, std::size_t per_token);
  void count(std::uint64_t parts = parts_per_token) { parts_ += parts; }

  std::uint64_t parts_ = 0;
  Run run_ = Run::none;
  /// Characters of the run.
  std::size_t length_ = 0;
  /// The last letter of a word was a small one.
  bool small_ = false;
  /// The blanks stand behind a line break.
  bool indents_ = false;
  /// The last mark of a run of punctuation, and how often it has come in a row.
  char32_t mark_ = 0;
  std::size_t repeated_ = 0;
};

/// The estimate for a whole conversation: its texts, and what chat formats add around messages.
std::uint64_t estimate_prompt_tokens(std::span<const ChatMessage> messages);

}  // namespace lmbridge::openai
