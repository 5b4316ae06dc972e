// A log that remembers, for tests of what is said and how often.
#pragma once

#include "base/log.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::test {

class RecordingLog final : public base::Log {
 public:
  struct Line {
    base::LogLevel level;
    std::string text;
  };

  [[nodiscard]] bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel level, std::string_view message, base::LogFields fields) override {
    lines.push_back({level, base::render_text(message, fields)});
  }

  /// How many lines of `level` hold `part`.
  [[nodiscard]] std::size_t count(base::LogLevel level, std::string_view part = "") const {
    return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const Line& line) {
      return line.level == level && line.text.find(part) != std::string::npos;
    }));
  }

  std::vector<Line> lines;
};

}  // namespace lmbridge::test
