// The seam between code that has something to say and the place where it is written.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace lmbridge::base {

enum class LogLevel { trace, debug, info, warning, error };

/// A named value beside the sentence, so that a log can be searched and counted.
struct LogField {
  std::string_view name;
  std::variant<std::string, std::int64_t, double, bool> value;

  LogField(std::string_view field_name, std::string text)
      : name(field_name), value(std::move(text)) {}
  LogField(std::string_view field_name, std::string_view text)
      : name(field_name), value(std::string(text)) {}
  LogField(std::string_view field_name, const char* text)
      : name(field_name), value(std::string(text)) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  LogField(std::string_view field_name, Number number) : name(field_name) {
    if constexpr (std::is_same_v<Number, bool>) {
      value = number;
    } else if constexpr (std::is_floating_point_v<Number>) {
      value = static_cast<double>(number);
    } else {
      value = static_cast<std::int64_t>(number);
    }
  }
};

using LogFields = std::initializer_list<LogField>;

/// I/O thread only unless an implementation says otherwise. Messages are constant sentences in
/// lower case without a full stop; what varies goes into the fields.
class Log {
 public:
  virtual ~Log() = default;
  [[nodiscard]] virtual bool enabled(LogLevel level) const = 0;
  virtual void write(LogLevel level, std::string_view message, LogFields fields) = 0;

  void debug(std::string_view message, LogFields fields = {});
  void info(std::string_view message, LogFields fields = {});
  void warning(std::string_view message, LogFields fields = {});
  void error(std::string_view message, LogFields fields = {});
};

/// For tests and tools that have nobody to tell.
class NullLog final : public Log {
 public:
  [[nodiscard]] bool enabled(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view, LogFields) override {}
};

/// `message name=value name="value with spaces"`; control characters are escaped, so that one entry
/// is one line whatever a page or a client put into it.
std::string render_text(std::string_view message, LogFields fields);

/// The name in configuration and in JSON lines: "trace" ... "error".
std::string_view name(LogLevel level);

}  // namespace lmbridge::base
