// Keeps the last lines of the log in memory, for who can't read where it is written.
#pragma once

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/log.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

namespace lmbridge::journal {

struct LogLine {
  /// Counts up from 1.
  std::uint64_t number = 0;
  std::chrono::system_clock::time_point time;
  base::LogLevel level = base::LogLevel::info;
  /// As base::render_text() has it.
  std::string text;
};

/// I/O thread only. Passes everything on to another log, which outlives it, as the clock does.
class RecentLog final : public base::Log {
 public:
  /// Longer lines are cut.
  static constexpr std::size_t longest_line = 2000;
  static constexpr std::size_t most_lines = 1000;

  RecentLog(base::Log& out, const base::Clock& clock) : out_(out), clock_(clock) {}

  [[nodiscard]] bool enabled(base::LogLevel level) const override { return out_.enabled(level); }
  void write(base::LogLevel level, std::string_view message, base::LogFields fields) override;

  /// The last `most` of those behind number `after`, the oldest first.
  [[nodiscard]] std::vector<LogLine> lines(std::uint64_t after, std::size_t most) const;

  /// 0 before the first.
  [[nodiscard]] std::uint64_t last_number() const { return last_number_; }

  /// Has a condition notified of each line, for as long as it lives.
  class Listener {
   public:
    /// Both outlive it.
    Listener(RecentLog& log, base::Condition& news) : log_(log), news_(news) {
      log_.listeners_.insert(&news_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { log_.listeners_.erase(&news_); }

   private:
    RecentLog& log_;
    base::Condition& news_;
  };

 private:
  base::Log& out_;
  const base::Clock& clock_;
  std::uint64_t last_number_ = 0;
  std::deque<LogLine> lines_;
  std::unordered_set<base::Condition*> listeners_;
};

}  // namespace lmbridge::journal
