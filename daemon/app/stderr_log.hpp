// The daemon's log: lines on stderr, for people or as JSON.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "settings/settings.hpp"

#include <spdlog/logger.h>

#include <memory>

namespace lmbridge::app {

class StderrLog final : public base::Log {
 public:
  StderrLog(const settings::Logging& options, const base::Clock& clock);

  [[nodiscard]] bool enabled(base::LogLevel level) const override;
  void write(base::LogLevel level, std::string_view message, base::LogFields fields) override;

 private:
  settings::LogFormat format_;
  const base::Clock& clock_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// {"time":...,"level":...,"message":...,<fields>}
std::string render_json(base::LogLevel level, std::string_view time, std::string_view message,
                        base::LogFields fields);

}  // namespace lmbridge::app
