#include "base/clock.hpp"

#include <fmt/chrono.h>

namespace lmbridge::base {
namespace chrono = std::chrono;

chrono::steady_clock::time_point SystemClock::now() const {
  return chrono::steady_clock::now();
}

chrono::system_clock::time_point SystemClock::wall_now() const {
  return chrono::system_clock::now();
}

std::string iso_8601(chrono::system_clock::time_point time) {
  const auto milliseconds =
      chrono::duration_cast<chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(chrono::system_clock::to_time_t(time)), milliseconds);
}

std::int64_t unix_seconds(chrono::system_clock::time_point time) {
  return chrono::duration_cast<chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace lmbridge::base
