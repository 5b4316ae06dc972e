// Time, handed in so that tests decide what time it is.
#pragma once

#include <chrono>
#include <string>

namespace lmbridge::base {

class Clock {
 public:
  virtual ~Clock() = default;
  /// For durations and deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
  /// For what people and protocols see.
  [[nodiscard]] virtual std::chrono::system_clock::time_point wall_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override;
};

/// "2026-11-23T06:30:00.123Z" (ISO 8601, UTC, milliseconds).
std::string iso_8601(std::chrono::system_clock::time_point time);

/// Seconds since 1970, as OpenAI's `created` fields carry them.
std::int64_t unix_seconds(std::chrono::system_clock::time_point time);

}  // namespace lmbridge::base
