// The site's answer as a stream of lines, cut into records: bytes in, `<participant><kind>:<json>`
// out. Knows nothing of what the records mean; that is AnswerDecoder's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::arena {

struct Record {
  /// `a` or `b`.
  char participant = 0;
  /// A letter or digit; spec/protocol.md lists those that are known.
  char kind = 0;
  /// What stands behind the colon, unchecked, without the blanks around it.
  std::string_view json;
};

/// Feed it bytes however they were cut, then pull records until there is none. A line is scanned
/// once however many pieces it comes in, and no record costs an allocation of its own.
///
/// Lines end with "\n" or "\r\n"; blank lines are nothing; whatever is no record is counted.
class RecordDecoder {
 public:
  /// Room for the 10 MB lines that images as data: links make.
  static constexpr std::size_t default_max_line = 16UL * 1024 * 1024;

  explicit RecordDecoder(std::size_t max_line = default_max_line) : max_line_(max_line) {}

  /// Pull all records between two calls: what is not pulled is buffered without a bound of its own.
  void feed(std::string_view bytes);

  /// The stream has ended: the last line needs no "\n", and what is fed from now on is ignored.
  void finish() { finished_ = true; }

  /// The next record; nullopt when more bytes are needed, at the end, or when line_too_long().
  /// Its view lives until the next feed().
  std::optional<Record> next();

  /// The stream was given up because a line was longer than the limit; there is no more to come.
  [[nodiscard]] bool line_too_long() const { return line_too_long_; }
  /// How many records next() has returned.
  [[nodiscard]] std::size_t records() const { return records_; }
  /// How many lines were neither blank nor records.
  [[nodiscard]] std::size_t other_lines() const { return other_lines_; }

 private:
  std::optional<std::string_view> next_line();
  std::optional<std::string_view> bounded(std::string_view line);

  std::size_t max_line_;
  std::string buffer_;
  /// Where the first line that next_line() has not returned starts, and how far it was searched.
  std::size_t start_ = 0;
  std::size_t scanned_ = 0;
  bool finished_ = false;
  bool line_too_long_ = false;
  std::size_t records_ = 0;
  std::size_t other_lines_ = 0;
};

/// The record that `line` (without its end) is, if it is one.
std::optional<Record> parse_record(std::string_view line);

}  // namespace lmbridge::arena
