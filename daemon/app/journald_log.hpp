// The daemon's log as entries of the system's journal, whose fields can be searched:
// journalctl -u lmbridged LMBRIDGE_MODEL=...
#pragma once

#include "base/log.hpp"

#include <string>
#include <vector>

namespace lmbridge::app {

/// Whether the stream is connected to the journal: $JOURNAL_STREAM names it (systemd.exec(5)).
bool is_journal_stream(int descriptor);

class JournaldLog final : public base::Log {
 public:
  /// Leaves out what is below `level`.
  explicit JournaldLog(base::LogLevel level) : level_(level) {}

  [[nodiscard]] bool enabled(base::LogLevel level) const override { return level >= level_; }
  void write(base::LogLevel level, std::string_view message, base::LogFields fields) override;

 private:
  base::LogLevel level_;
};

/// What an entry consists of, each "NAME=value": MESSAGE is the line that a terminal would show,
/// LMBRIDGE_MESSAGE its constant part, and each field has a name of its own; that of a request's
/// "id" is LMBRIDGE_REQUEST_ID.
std::vector<std::string> journal_entry(base::LogLevel level, std::string_view message,
                                       base::LogFields fields);

}  // namespace lmbridge::app
