// How a JSONC text is laid out: its lines, and what stands on them.
#pragma once

#include <cstddef>
#include <string_view>

namespace lmbridge::settings {

inline constexpr std::string_view blanks = " \t";

/// "\r\n" where the first line ends so.
std::string_view line_end_of(std::string_view text);

/// Where the line of `offset` begins, behind a byte order mark.
std::size_t line_begin(std::string_view text, std::size_t offset);

/// The blanks in front of the line of `offset`.
std::string_view indent_of(std::string_view text, std::size_t offset);

/// Nothing but blanks stands in front of it on its line.
bool begins_line(std::string_view text, std::size_t offset);

/// The end of what belongs to the line of `offset`: blanks and comments up to the line's end.
struct Tail {
  std::size_t end = 0;
  /// A comment that reaches to the end of its line.
  bool has_line_comment = false;
};

Tail tail_of(std::string_view text, std::size_t offset);

}  // namespace lmbridge::settings
