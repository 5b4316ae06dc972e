#include "journal/recent_log.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace lmbridge::journal {

void RecentLog::write(base::LogLevel level, std::string_view message, base::LogFields fields) {
  out_.write(level, message, fields);
  if (!out_.enabled(level)) return;
  if (lines_.size() == most_lines) lines_.pop_front();
  lines_.push_back({.number = ++last_number_,
                    .time = clock_.wall_now(),
                    .level = level,
                    .text = base::excerpt(base::render_text(message, fields), longest_line)});
  for (auto* each : listeners_) each->notify();
}

std::vector<LogLine> RecentLog::lines(std::uint64_t after, std::size_t most) const {
  const auto first = std::ranges::upper_bound(lines_, after, {}, &LogLine::number);
  const auto count = std::min<std::size_t>(most, static_cast<std::size_t>(lines_.end() - first));
  return {lines_.end() - static_cast<std::ptrdiff_t>(count), lines_.end()};
}

}  // namespace lmbridge::journal
