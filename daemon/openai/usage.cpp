#include "openai/usage.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace lmbridge::openai {
namespace {

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

bool is_small(char32_t c) {
  return c >= 'a' && c <= 'z';
}

bool is_letter(char32_t c) {
  return is_small(c) || (c >= 'A' && c <= 'Z');
}

bool is_kana(char32_t c) {
  return c >= 0x3040 && c <= 0x30FF;
}

/// Scripts that have no words of several characters, and their punctuation.
bool is_ideographic(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) ||
         (c >= 0xFF00 && c <= 0xFFEF);
}

/// Dashes, arrows, dingbats and what makes emoji of them.
bool is_symbol(char32_t c) {
  return (c >= 0x2000 && c < 0x2E80) || c == 0xFE0F;
}

}  // namespace

void append_usage(std::string& out, const Usage& usage) {
  fmt::format_to(
      std::back_inserter(out), R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{})",
      usage.prompt_tokens, usage.completion_tokens, usage.prompt_tokens + usage.completion_tokens);
  if (usage.reasoning_tokens > 0) {
    fmt::format_to(std::back_inserter(out),
                   R"(,"completion_tokens_details":{{"reasoning_tokens":{}}})",
                   usage.reasoning_tokens);
  }
  out += '}';
}

void TokenEstimate::add_text(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<std::uint8_t>(text.front());
    // Most of an answer is ASCII, and most of that are words.
    if (is_letter(first)) {
      add_letter(text.front());
      text.remove_prefix(1);
    } else if (first < 0x80) {
      add(first);
      text.remove_prefix(1);
    } else {
      const auto [character, length] = decode_utf8(text);
      add(character);
      text.remove_prefix(length);
    }
  }
}

void TokenEstimate::add_literal(std::string_view literal) {
  auto text = literal.substr(1, literal.size() - 2);
  while (!text.empty()) {
    const auto plain = std::min(text.size(), text.find('\\'));
    add_text(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto [character, length] = decode_escape(text);
    add(character);
    text.remove_prefix(length);
  }
}

void TokenEstimate::extend(Run run, std::size_t per_token) {
  if (run != run_) length_ = 0;
  run_ = run;
  // A token is counted when its first character comes.
  if (length_++ % per_token == 0) count();
}

void TokenEstimate::add_letter(char letter) {
  constexpr std::size_t letters_per_token = 9;
  const bool small = is_small(static_cast<std::uint8_t>(letter));
  const bool behind_one_mark = run_ == Run::punctuation && length_ == 1;
  if (run_ != Run::word || (small_ && !small)) {
    run_ = Run::word;
    length_ = 0;
    if (!behind_one_mark) count();
  } else if (length_ % letters_per_token == 0) {
    count();
  }
  ++length_;
  small_ = small;
}

void TokenEstimate::add(char32_t character) {
  if (is_letter(character)) {
    add_letter(static_cast<char>(character));
  } else if (character >= 0x80) {
    add_beyond_ascii(character);
  } else if (character >= '0' && character <= '9') {
    if (run_ == Run::blank && length_ == 1) count();
    extend(Run::number, 3);
  } else if (character == '\n' || character == '\r') {
    if (run_ != Run::line_break && run_ != Run::punctuation && run_ != Run::blank) count();
    run_ = Run::line_break;
  } else if (character == ' ' || character == '\t') {
    add_blank();
  } else {
    add_mark(character);
  }
}

void TokenEstimate::add_blank() {
  if (run_ != Run::blank) {
    indents_ = run_ == Run::line_break;
    run_ = Run::blank;
    length_ = 0;
  }
  if (++length_ == 2 && indents_) count();
}

void TokenEstimate::add_mark(char32_t mark) {
  repeated_ = run_ == Run::punctuation && mark == mark_ ? repeated_ + 1 : 1;
  mark_ = mark;
  if (repeated_ <= 3) extend(Run::punctuation, 3);
}

void TokenEstimate::add_beyond_ascii(char32_t character) {
  const bool in_word = character < 0x10000 && !is_ideographic(character) && !is_symbol(character);
  if (in_word) {
    extend(Run::foreign_word, 4);
    return;
  }
  run_ = Run::none;
  if (character >= 0x10000) {
    count(parts_per_token * 3 / 2);
  } else if (is_symbol(character)) {
    count();
  } else {
    count(is_kana(character) ? 15 : 17);
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
