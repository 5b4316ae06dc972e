#include "base/log.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <array>

namespace lmbridge::base {
namespace {

bool is_plain(std::string_view text) {
  return !text.empty() && text.find_first_of(" \"=\\\t\r\n") == std::string_view::npos &&
         printable(text) == text;
}

void append_value(std::string& line, const LogField& field) {
  if (const auto* text = std::get_if<std::string>(&field.value)) {
    line += is_plain(*text) ? *text : quoted(*text);
  } else {
    std::visit(
        [&line](const auto& value) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            fmt::format_to(std::back_inserter(line), "{}", value);
          }
        },
        field.value);
  }
}

}  // namespace

std::string_view name(LogLevel level) {
  static constexpr std::array<std::string_view, 5> names{"trace", "debug", "info", "warning",
                                                         "error"};
  return names.at(static_cast<std::size_t>(level));
}

void Log::debug(std::string_view message, LogFields fields) {
  if (enabled(LogLevel::debug)) write(LogLevel::debug, message, fields);
}

void Log::info(std::string_view message, LogFields fields) {
  if (enabled(LogLevel::info)) write(LogLevel::info, message, fields);
}

void Log::warning(std::string_view message, LogFields fields) {
  if (enabled(LogLevel::warning)) write(LogLevel::warning, message, fields);
}

void Log::error(std::string_view message, LogFields fields) {
  if (enabled(LogLevel::error)) write(LogLevel::error, message, fields);
}

std::string render_text(std::string_view message, LogFields fields) {
  std::string line = printable(message);
  for (const auto& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_value(line, field);
  }
  return line;
}

}  // namespace lmbridge::base
