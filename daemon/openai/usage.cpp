#include "openai/usage.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

namespace lmbridge::openai {
namespace {

constexpr std::size_t letters_per_token = 6;

struct Decoded {
  char32_t character = 0;
  std::size_t length = 1;
};

/// The character at the start of `text`; a byte that starts none counts as one.
Decoded decode_utf8(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto length = base::utf8_sequence_length(text);
  if (length <= 1) return {.character = byte(0)};
  char32_t character = byte(0) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) character = (character << 6) | (byte(i) & 0x3FU);
  return {.character = character, .length = length};
}

char32_t hex4(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

/// The character that the escape at the start of `text` stands for.
Decoded decode_escape(std::string_view text) {
  switch (text[1]) {
    case 'n':
      return {.character = '\n', .length = 2};
    case 'r':
      return {.character = '\r', .length = 2};
    case 't':
      return {.character = '\t', .length = 2};
    case 'u': {
      const auto unit = hex4(text.substr(2, 4));
      if (unit < 0xD800 || unit > 0xDBFF) return {.character = unit, .length = 6};
      return {.character = 0x10000 + ((unit - 0xD800) << 10) + (hex4(text.substr(8, 4)) - 0xDC00),
              .length = 12};
    }
    default:
      return {.character = static_cast<std::uint8_t>(text[1]), .length = 2};
  }
}

bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t letters_at_start(std::string_view text) {
  const auto* end = std::ranges::find_if_not(
      text, [](char c) { return is_letter(static_cast<std::uint8_t>(c)); });
  return static_cast<std::size_t>(end - text.begin());
}

/// Scripts whose characters are tokens of their own: CJK, kana, Hangul and their punctuation.
bool is_ideographic(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) ||
         (c >= 0xFF00 && c <= 0xFFEF);
}

}  // namespace

void append_usage(std::string& out, const Usage& usage) {
  fmt::format_to(
      std::back_inserter(out), R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})",
      usage.prompt_tokens, usage.completion_tokens, usage.prompt_tokens + usage.completion_tokens);
}

void TokenEstimate::add_text(std::string_view text) {
  while (!text.empty()) {
    const auto [character, length] = decode_utf8(text);
    add(character);
    text.remove_prefix(length);
  }
}

void TokenEstimate::add_literal(std::string_view literal) {
  auto text = literal.substr(1, literal.size() - 2);
  while (!text.empty()) {
    // Most of an answer are words of ASCII letters.
    if (const auto letters = letters_at_start(text); letters > 0) {
      extend(Run::word, letters_per_token, letters);
      text.remove_prefix(letters);
      continue;
    }
    const auto first = static_cast<std::uint8_t>(text.front());
    if (first < 0x80 && first != '\\') {
      add(first);
      text.remove_prefix(1);
      continue;
    }
    const auto [character, length] = first == '\\' ? decode_escape(text) : decode_utf8(text);
    add(character);
    text.remove_prefix(length);
  }
}

void TokenEstimate::extend(Run run, std::size_t per_token, std::size_t characters) {
  if (run != run_) length_ = 0;
  run_ = run;
  // A token is counted when its first character comes.
  const auto open = length_ == 0 ? 0 : per_token - length_;
  if (characters > open) tokens_ += (characters - open - 1) / per_token + 1;
  length_ = (length_ + characters) % per_token;
}

void TokenEstimate::add(char32_t character) {
  constexpr auto whole_run = std::numeric_limits<std::size_t>::max();
  if (is_letter(character)) {
    extend(Run::word, letters_per_token);
  } else if (character >= '0' && character <= '9') {
    extend(Run::number, 3);
  } else if (character == '\n' || character == '\r') {
    extend(Run::line_break, whole_run);
  } else if (character == ' ' || character == '\t') {
    // Indentation belongs to its line break.
    if (run_ != Run::line_break) run_ = Run::blank;
  } else if (character < 0x80) {
    if (character != mark_) run_ = Run::none;
    mark_ = character;
    extend(Run::punctuation, 4);
  } else if (is_ideographic(character) || character >= 0x10000) {
    run_ = Run::none;
    tokens_ += character >= 0x10000 ? 2 : 1;
  } else {
    extend(Run::foreign_word, 2);
  }
}

std::uint64_t estimate_prompt_tokens(std::span<const ChatMessage> messages) {
  // As ChatML counts: three tokens around each message and its role, three that open the answer.
  constexpr std::uint64_t around_message = 4;
  constexpr std::uint64_t opening = 3;
  auto tokens = opening;
  for (const auto& message : messages) {
    TokenEstimate estimate;
    estimate.add_text(message.content);
    tokens += around_message + estimate.tokens();
  }
  return tokens;
}

}  // namespace lmbridge::openai
