// Small helpers for text that came from outside.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lmbridge::base {

/// `text` with control characters shown as \n, \t or \xNN and invalid UTF-8 bytes as \xNN.
std::string printable(std::string_view text);

/// printable() in double quotes, with quotes and backslashes escaped.
std::string quoted(std::string_view text);

/// At most `limit` bytes of `text`, cut at a code point, with "... (N bytes)" behind a cut.
std::string excerpt(std::string_view text, std::size_t limit);

/// The length of the valid UTF-8 sequence that starts at `text[0]`; 0 when there is none. Overlong
/// forms, surrogates and values over U+10FFFF are invalid (Unicode 15, table 3-7).
std::size_t utf8_sequence_length(std::string_view text);

bool is_valid_utf8(std::string_view text);

/// Appends `text`, which is valid UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

/// "1 piece", "2 pieces": a number with its noun, whose plural ends in s.
std::string counted(std::size_t number, std::string_view noun);

/// Without the blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// ASCII letters folded; for header names and the like.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// True when both are equal; takes time that depends on the length of `given` alone.
bool equals_in_constant_time(std::string_view given, std::string_view expected);

}  // namespace lmbridge::base
