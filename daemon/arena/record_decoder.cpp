#include "arena/record_decoder.hpp"

#include "base/text.hpp"

namespace lmbridge::arena {
namespace {

bool is_kind(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/// As whoever looks for the first character of a page sees it: "\r" is a blank wherever it stands.
bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::optional<Record> parse_record(std::string_view line) {
  if (line.size() < 4 || line[2] != ':') return std::nullopt;
  if ((line[0] != 'a' && line[0] != 'b') || !is_kind(line[1])) return std::nullopt;
  return Record{.participant = line[0], .kind = line[1], .json = base::trimmed(line.substr(3))};
}

void RecordDecoder::feed(std::string_view bytes) {
  if (finished_ || line_too_long_) return;
  // Moved down only when at least half of the buffer is done with, so that each byte moves at most
  // once on average even if the caller leaves records behind.
  if (start_ > 0 && start_ * 2 >= buffer_.size()) {
    buffer_.erase(0, start_);
    scanned_ -= start_;
    start_ = 0;
  }
  buffer_ += bytes;
}

std::optional<Record> RecordDecoder::next() {
  while (const auto line = next_line()) {
    if (const auto record = parse_record(*line)) {
      ++records_;
      return record;
    }
    if (!is_blank(*line)) ++other_lines_;
  }
  return std::nullopt;
}

std::optional<std::string_view> RecordDecoder::next_line() {
  if (line_too_long_) return std::nullopt;
  const std::string_view buffered = buffer_;
  const auto newline = buffered.find('\n', scanned_);
  if (newline != std::string_view::npos) {
    const auto line = buffered.substr(start_, newline - start_);
    start_ = scanned_ = newline + 1;
    return bounded(line);
  }
  scanned_ = buffered.size();
  const auto rest = buffered.substr(start_);
  if (!finished_ || rest.empty()) {
    if (!bounded(rest)) buffer_.clear();
    return std::nullopt;
  }
  start_ = buffered.size();
  return bounded(rest);
}

std::optional<std::string_view> RecordDecoder::bounded(std::string_view line) {
  // An unfinished line may end in the "\r" of its end, which is no part of it.
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() <= max_line_) return line;
  line_too_long_ = true;
  return std::nullopt;
}

}  // namespace lmbridge::arena
