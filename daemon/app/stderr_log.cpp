#include "app/stderr_log.hpp"

#include "base/text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace lmbridge::app {
namespace {

spdlog::level::level_enum to_spdlog(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::trace:
      return spdlog::level::trace;
    case base::LogLevel::debug:
      return spdlog::level::debug;
    case base::LogLevel::info:
      return spdlog::level::info;
    case base::LogLevel::warning:
      return spdlog::level::warn;
    case base::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// Text from pages and clients may hold anything; JSON must be valid UTF-8.
std::string valid(std::string_view text) {
  return base::is_valid_utf8(text) ? std::string(text) : base::printable(text);
}

}  // namespace

StderrLog::StderrLog(const settings::Logging& options, const base::Clock& clock)
    : format_(options.format),
      clock_(clock),
      logger_(std::make_shared<spdlog::logger>(
          "lmbridged", std::make_shared<spdlog::sinks::stderr_color_sink_st>())) {
  logger_->set_level(to_spdlog(options.level));
  logger_->set_pattern(format_ == settings::LogFormat::json ? "%v"
                                                            : "%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger_->flush_on(spdlog::level::trace);
}

bool StderrLog::enabled(base::LogLevel level) const {
  return logger_->should_log(to_spdlog(level));
}

void StderrLog::write(base::LogLevel level, std::string_view message, base::LogFields fields) {
  const auto line = format_ == settings::LogFormat::json
                        ? render_json(level, base::iso_8601(clock_.wall_now()), message, fields)
                        : base::render_text(message, fields);
  logger_->log(to_spdlog(level), "{}", line);
}

std::string render_json(base::LogLevel level, std::string_view time, std::string_view message,
                        base::LogFields fields) {
  boost::json::object entry{
      {"time", time}, {"level", base::name(level)}, {"message", valid(message)}};
  for (const auto& field : fields) {
    std::visit(
        [&](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            entry[field.name] = valid(value);
          } else {
            entry[field.name] = value;
          }
        },
        field.value);
  }
  return boost::json::serialize(entry);
}

}  // namespace lmbridge::app
